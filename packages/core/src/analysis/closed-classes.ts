/** The closed classes of English words that the analyzer knows: grammar and politeness, no topics. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const orderWords = words(
  'then next after afterwards afterward once finally lastly subsequently later thereafter following first firstly second secondly third thirdly fourth fifth last before',
);
export const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'] as const;
export const additiveWords = words('also additionally moreover furthermore besides plus too likewise meanwhile');
/** What may stand between a boundary and the clause that it introduces. */
export const leadWords = words(
  'please kindly then also next finally afterwards afterward subsequently first firstly second secondly third thirdly fourth fifth sixth last lastly now and plus additionally moreover furthermore besides so just or but to step i also later thereafter immediately meanwhile likewise secondly',
);
export const conjunctions = words('and or but plus & nor');
export const subordinators = words(
  'that which where when if so because while who whose whom unless until till since although though whether as once whenever before after',
);
export const prepositions = words(
  'of in on at to for from by with about into over under between through during against among within without per via including using regarding based according towards toward across along around near upon than like',
);
export const determiners = words(
  'a an another one two three four five some several the our my its their this that these those any each every all both no your his her',
);
export const personalPronouns = words('it they them its their he she him her his hers this that these those one ones both');
/** The tagger takes some of them for verbs. */
export const indefinitePronouns = words('everything everybody everyone nothing nobody something somebody someone anything anybody anyone none');
export const firstPersons = words("i we i'm i'd i've i'll we're we'd we've we'll my our me us let's");
export const auxiliaries = words(
  "can could would will shall should must may might do does did is are was were be been being am have has had 'd 'll 've 'm 're 's n't not don't",
);
export const questionWords = words('what which who whom whose where when why how');
/** Words with which a wish is made, whatever is wished. */
export const wishWords = words(
  "need want would like could can should will must 'd 'll have to also please then you me us now still finally next too be is get i we for help i'd we'd hope wish love require wanted looking let's kindly am going 'm i'm",
);
export const negations = words("not n't don't no never without neither nor cannot");
export const untilWords = words('until till');
const other = words(
  'please thanks thank know sure make let there here yes if same above below previous new other such only own more most least then yes as so than very just again back still',
);

const all: ReadonlySet<string> = new Set(
  [
    orderWords,
    additiveWords,
    leadWords,
    conjunctions,
    subordinators,
    prepositions,
    determiners,
    personalPronouns,
    firstPersons,
    auxiliaries,
    questionWords,
    wishWords,
    negations,
    untilWords,
    other,
  ].flatMap((set) => [...set]),
);

/** All of them, each once. */
export const closedClassWords: readonly string[] = [...all];

/** True for a word of one of these classes: its identity is structure. */
export function isClosedClass(lower: string): boolean {
  return all.has(lower);
}
