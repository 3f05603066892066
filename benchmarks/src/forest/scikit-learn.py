"""Answers one JSON request a line: fits scikit-learn's forests on one thread, and says how long it took and what they predict."""
import json
import sys
import time

import numpy
import sklearn
from sklearn import datasets
from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor

loaders = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": datasets.load_diabetes,
}
models = {"classifier": RandomForestClassifier, "regressor": RandomForestRegressor, "extra-trees": ExtraTreesRegressor}
held = {}


def answer(request):
    if request["ask"] == "versions":
        return {"python": sys.version.split()[0], "scikitLearn": sklearn.__version__}
    if request["ask"] == "data":
        data = loaders[request["name"]]()
        return {"rows": data.data.tolist(), "targets": data.target.tolist()}
    if request["ask"] == "hold":
        held[request["name"]] = (numpy.array(request["rows"]), numpy.array(request["targets"]))
        return {}
    features, targets = held[request["name"]]
    train = numpy.array(request["train"]) if "train" in request else numpy.arange(len(features))
    model = models[request["model"]](n_jobs=1, **request["settings"])
    begun = time.process_time()
    model.fit(features[train], targets[train])
    fitted = time.process_time()
    if "test" not in request:
        model.predict(features)
        return {"fitMs": 1000 * (fitted - begun), "predictUsPerRow": 1e6 * (time.process_time() - fitted) / len(features)}
    return {"fitMs": 1000 * (fitted - begun), "predictions": model.predict(features[numpy.array(request["test"])]).tolist()}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
