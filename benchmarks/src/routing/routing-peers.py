"""Answers one JSON request a line: routes queries by methods of others, on the splits and draws that it is given."""
import importlib.metadata
import json
import re
import sys

import numpy
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

held = {}
# Predictions that leave a fold out serve both settings.
cross_fitted = {}


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def vectors(train):
    """TF-IDF of words and pairs of words, and its 128 leading directions; nothing but training texts is looked at."""
    texts = held["texts"]
    tfidf = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    tfidf.fit([texts[query] for query in train])
    sparse = tfidf.transform(texts)
    svd = TruncatedSVD(min(128, sparse.shape[1] - 1), random_state=0).fit(sparse[train])
    return {"sparse": sparse, "dense": normalize(svd.transform(sparse))}


def knn(space, train, quality, test, seed):
    near = (space["sparse"][test] @ space["sparse"][train].T).toarray()
    nearest = numpy.argpartition(-near, min(50, len(train) - 1) - 1, axis=1)[:, : min(50, len(train) - 1)]
    return quality[nearest].mean(axis=1)


def svm(space, train, quality, test, seed):
    """Whether a model is right: a linear machine for each, with Platt's scaling."""
    columns = []
    for arm in range(quality.shape[1]):
        right = (quality[:, arm] >= 0.5).astype(int)
        if min(right.sum(), len(right) - right.sum()) < 3:
            columns.append(numpy.full(len(test), quality[:, arm].mean()))
            continue
        machine = CalibratedClassifierCV(LinearSVC(C=0.1, random_state=seed), cv=3)
        columns.append(machine.fit(space["sparse"][train], right).predict_proba(space["sparse"][test])[:, 1])
    return numpy.stack(columns, axis=1)


def mlp(space, train, quality, test, seed):
    network = MLPRegressor(hidden_layer_sizes=(64,), alpha=1e-3, early_stopping=True, max_iter=100, random_state=seed)
    return network.fit(space["dense"][train], quality).predict(space["dense"][test])


def factorise(space, train, quality, test, seed, rank=4, ridge=5.0):
    """Queries and models as vectors of four numbers whose product is the quality: ridge regression of reduced rank."""
    points, mean = space["dense"][train], quality.mean(axis=0)
    weights = numpy.linalg.solve(points.T @ points + ridge * numpy.eye(points.shape[1]), points.T @ (quality - mean))
    _, _, directions = numpy.linalg.svd(points @ weights, full_matrices=False)
    kept = directions[:rank]
    return mean + space["dense"][test] @ weights @ kept.T @ kept


def trees(space, train, quality, test, seed):
    forest = ExtraTreesRegressor(100, min_samples_leaf=4, max_features=0.4, random_state=seed)
    return forest.fit(space["dense"][train], quality).predict(space["dense"][test])


learned = f"scikit-learn {sklearn.__version__}"
full_methods = {
    f"kNN-50 ({learned})": knn,
    f"SVM ({learned})": svm,
    f"MLP ({learned})": mlp,
    f"matrix factorisation (numpy {numpy.__version__})": factorise,
    f"extremely randomised trees ({learned})": trees,
}


def expected_cost(train, cost, test):
    """Linear in the length of the query, a line for each model."""
    length = numpy.array([len(text) for text in held["texts"]], dtype=float)
    design = numpy.stack([numpy.ones(len(length)), length], axis=1)
    weights, *_ = numpy.linalg.lstsq(design[train], cost, rcond=None)
    return numpy.maximum(design[test] @ weights, 0)


def route_full(method, request):
    """The price of quality is chosen by five folds of the training queries; nothing by what is held out."""
    train, test = numpy.array(request["train"]), numpy.array(request["heldout"])
    quality, cost, seed = held["quality"], held["cost"], request["seed"]
    key = (method, seed)
    if key not in cross_fitted:
        space = vectors(train)
        left_out = numpy.zeros((len(train), quality.shape[1]))
        costs = numpy.zeros_like(left_out)
        for inner, outer in KFold(5, shuffle=True, random_state=seed).split(train):
            left_out[outer] = full_methods[method](space, train[inner], quality[train[inner]], train[outer], seed)
            costs[outer] = expected_cost(train[inner], cost[train[inner]], train[outer])
        cross_fitted[key] = left_out, costs, full_methods[method](space, train, quality[train], test, seed), expected_cost(train, cost[train], test)
    left_out, costs, ahead, ahead_cost = cross_fitted[key]
    best = int(quality[train].mean(axis=0).argmax())
    rows = numpy.arange(len(train))
    prices = numpy.concatenate([[0], numpy.geomspace(1e-3, 1e2, 50)]) / max(cost[train].mean(), 1e-12)
    found = []
    for price in prices:
        chosen = (left_out - price * costs).argmax(axis=1)
        found.append((price, quality[train][rows, chosen].mean(), cost[train][rows, chosen].mean()))
    if request["setting"] == "best":
        price = max(found, key=lambda one: one[1])[0]
    else:
        enough = [one for one in found if one[1] >= quality[train][:, best].mean() - request["margin"]]
        if not enough:
            return {"choices": [best] * len(test), "regret": []}
        price = min(enough, key=lambda one: one[2])[0]
    return {"choices": (ahead - price * ahead_cost).argmax(axis=1).tolist(), "regret": []}


class Vowpal:
    """Updated after every outcome; words of the query and their pairs with the model."""

    def __init__(self, arms, seed):
        import vowpalwabbit

        self.arms, self.random = arms, numpy.random.default_rng(seed)
        self.workspace = vowpalwabbit.Workspace(f"--cb_explore_adf --squarecb --gamma_scale 100 -q qa --quiet --random_seed {seed}")

    def lines(self, query, label=None):
        words = " ".join(re.findall(r"[a-z0-9]+", held["texts"][query].lower())[:200])
        shared = f"shared |q {words}"
        return "\n".join([shared, *(f"{label[1] if label and label[0] == arm else ''} |a m{arm}" for arm in range(self.arms))])

    def explore(self, queries):
        chosen = []
        for query in queries:
            shares = numpy.array(self.workspace.predict(self.lines(query)))
            arm = int(self.random.choice(self.arms, p=shares / shares.sum()))
            self.workspace.learn(self.lines(query, (arm, f"0:{1 - held['quality'][query][arm]:.6f}:{shares[arm]:.6f}")))
            chosen.append(arm)
        return chosen

    def learn(self, queries, arms, rewards):
        pass

    def exploit(self, queries):
        return [int(numpy.argmax(self.workspace.predict(self.lines(query)))) for query in queries]


class MabWiser:
    """LinUCB on 32 directions of the texts."""

    def __init__(self, arms, seed):
        from mabwiser.mab import MAB, LearningPolicy

        self.arms, self.random = arms, numpy.random.default_rng(seed)
        self.bandit = MAB(list(range(arms)), LearningPolicy.LinUCB(alpha=0.3, l2_lambda=1), seed=seed)
        self.known = False

    def explore(self, queries):
        if not self.known:
            return self.random.integers(self.arms, size=len(queries)).tolist()
        return self.exploit(queries)

    def learn(self, queries, arms, rewards):
        update = self.bandit.partial_fit if self.known else self.bandit.fit
        update(decisions=arms, rewards=rewards, contexts=held["points"][queries])
        self.known = True

    def exploit(self, queries):
        return [int(arm) for arm in self.bandit.predict(held["points"][queries])]


class ContextualBandits:
    """Adaptive greedy on logistic regressions of 32 directions of the texts; rewards of a half or more count as right."""

    def __init__(self, arms, seed):
        from contextualbandits.online import AdaptiveGreedy

        self.arms, self.random = arms, numpy.random.default_rng(seed)
        self.bandit = AdaptiveGreedy(LogisticRegression(solver="lbfgs", max_iter=200), nchoices=arms, random_state=seed)
        self.seen = [], [], []

    def explore(self, queries):
        if not self.seen[0]:
            return self.random.integers(self.arms, size=len(queries)).tolist()
        return self.bandit.predict(held["points"][queries]).tolist()

    def learn(self, queries, arms, rewards):
        for seen, new in zip(self.seen, (queries, arms, (numpy.array(rewards) >= 0.5).astype(int).tolist())):
            seen.extend(new)
        self.bandit.fit(held["points"][self.seen[0]], numpy.array(self.seen[1]), numpy.array(self.seen[2]))

    def exploit(self, queries):
        return [int(arm) for arm in self.bandit.predict(held["points"][queries], exploit=True)]


bandits = {
    "vowpalwabbit": ("Vowpal Wabbit squarecb", Vowpal),
    "mabwiser": ("MABWiser LinUCB", MabWiser),
    "contextualbandits": ("contextualbandits AdaptiveGreedy", ContextualBandits),
}
bandit_methods = {f"{name} ({version(package)})": kind for package, (name, kind) in bandits.items() if version(package)}


def route_bandit(method, request):
    """Where texts have their place is known before; outcomes are those of the arms that were chosen."""
    train, quality = numpy.array(request["train"]), held["quality"]
    held["points"] = vectors(train)["dense"][:, :32]
    bandit = bandit_methods[method](quality.shape[1], request["seed"])
    regret = []
    for turn in request["turns"]:
        arms = [int(arm) for arm in bandit.explore(turn)]
        rewards = [float(quality[query][arm]) for query, arm in zip(turn, arms)]
        regret.append(float(numpy.mean([quality[query].max() - reward for query, reward in zip(turn, rewards)])))
        bandit.learn(turn, arms, rewards)
    return {"choices": bandit.exploit(request["heldout"]), "regret": regret}


def answer(request):
    if request["ask"] == "versions":
        there = [learned, f"numpy {numpy.__version__}", *(f"{package} {version(package)}" for package in bandits if version(package))]
        missing = [package for package in bandits if not version(package)]
        said = ", ".join(there) + ("" if not missing else f"; skipped, as they are not installed: {', '.join(missing)}")
        return {"versions": f"Python {sys.version.split()[0]}, {said}", "full": list(full_methods), "bandit": list(bandit_methods)}
    if request["ask"] == "hold":
        cross_fitted.clear()
        held.update(texts=request["texts"], quality=numpy.array(request["quality"]), cost=numpy.array(request["cost"]))
        return {}
    route = route_full if request["method"] in full_methods else route_bandit
    return route(request["method"], request)


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
