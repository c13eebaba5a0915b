package rules

// Foundations: packages that know nothing of executors.
var foundations = []row{
	{"internal/nearest", imports{
		"github.com/agnivade/levenshtein": "the distance of two names",
	}},
	{"internal/plural", nil},
	{"internal/thin", nil},
	{"internal/child", nil}, // it can start anything, and knows nothing of it
	{"internal/format", nil},
	{"internal/atomicfile", nil},
	{"internal/child/childtest", nil},
	{"internal/shard", nil},
	{"internal/place", nil},
	{"internal/hostile", nil}, // for tests
	{"internal/webpage", nil},
	{"internal/plaintext", imports{
		"github.com/jedib0t/go-pretty/v6/text": "the width of text at a terminal",
	}},
	{"internal/screen", imports{
		"internal/plaintext": "how wide text is, and where it is broken",
	}},
	{"internal/stored", nil},
	{"internal/webpage/charts", imports{
		"internal/format": "sizes at an axis",
	}},
	{"internal/annotation", imports{
		"internal/place":     "the line that an annotation is shown at",
		"internal/plaintext": "makes stored strings harmless",
	}},
	{"internal/sarif", imports{
		"internal/place":     "the line that a result is shown at",
		"internal/plaintext": "makes stored strings harmless",
	}},
	{"internal/junitxml", imports{
		"github.com/jstemmer/go-junit-report/v2/junit": "the types of JUnit",
	}},
	{"internal/sarif/sariftest", imports{
		"github.com/santhosh-tekuri/jsonschema/v6": "only tests import this package",
	}},
	{"internal/gocmd", nil},
	{"internal/relocate", nil},
	{"internal/trees", imports{
		"internal/gocmd":                  "the go command and git",
		"github.com/agnivade/levenshtein": "the refs that are most like an unknown one",
		"golang.org/x/mod":                "go.mod files, and versions",
	}},
}

// The leak checks, a module of its own without requirements.
var leakModule = []row{
	{"leak/internal/words", nil},
	{"leak/internal/require", nil}, // for its tests
	{"leak/internal/process", nil},
	{"leak/internal/stack", nil},
	{"leak/internal/dump", imports{
		"leak/internal/stack": "the header of the calling goroutine",
	}},
	{"leak/internal/lineage", imports{
		"leak/internal/stack": "the labels and creators in a dump",
	}},
	{"leak/internal/heapdump", nil},
	{"leak/internal/timers", imports{
		"leak/internal/stack":    "the states of goroutines",
		"leak/internal/dump":     "a stack dump before the heap dump",
		"leak/internal/heapdump": "the objects and goroutines of a heap dump",
	}},
	{"leak/internal/inspect", imports{
		"leak/internal/stack":   "the records of a dump",
		"leak/internal/lineage": "whose a goroutine is",
		"leak/internal/dump":    "the label of goroutines that work for a search",
		"leak/internal/process": "the counter directly before the dump",
	}},
	{"leak/internal/search", imports{
		"leak/internal/stack":   "a plain dump, without groups",
		"leak/internal/dump":    "the dumps",
		"leak/internal/inspect": "what a dump says",
		"leak/internal/lineage": "whose goroutines are searched for",
		"leak/internal/process": "whether goroutines were created meanwhile",
		"leak/internal/timers":  "which goroutines wait for a timer's channel",
		"leak/internal/words":   "numbers in warnings",
	}},
	{"leak/internal/growth", imports{
		"leak/internal/dump":    "labels in the dumps of all rounds",
		"leak/internal/inspect": "the groups that are left after a round",
		"leak/internal/process": "heap, descriptors and the goroutines that timers create",
		"leak/internal/search":  "the goroutines that are left",
		"leak/internal/words":   "numbers in verdicts",
	}},
	{"leak", imports{
		"leak/internal/stack":   "the test's own goroutine",
		"leak/internal/dump":    "the plain dump that most checks end with",
		"leak/internal/lineage": "the test whose goroutines are searched for",
		"leak/internal/inspect": "findings are made of its groups",
		"leak/internal/process": "heap and descriptors",
		"leak/internal/search":  "Find and Check",
		"leak/internal/growth":  "Repeat and Rounds",
		"leak/internal/words":   "numbers in reports",
	}},
	{"leak/internal/hook", imports{
		"leak":                 "the check that each test gets",
		"leak/internal/growth": "judges the number of temporary files as package leak judges descriptors",
	}},
	{"profiles", imports{
		"github.com/google/pprof/profile": "reads and writes pprof files; only this package imports it",
	}},
	{"internal/frames", imports{
		"internal/format":    "places in the source",
		"internal/plaintext": "makes names harmless",
		"profiles":           "the stacks that are written",
	}},
	{"internal/sites", imports{
		"profiles": "the stacks that are grouped",
	}},
	{"internal/poll", imports{
		"profiles": "the profiles of an answer",
	}},
	{"internal/creators", imports{
		"golang.org/x/exp/trace": "execution traces",
		"profiles":               "the type of a frame",
	}},
}

// Executors, and the agents that they are given.
var executors = []row{
	{"executor", nil}, // whoever uses the reference executor gets no dependency
	{"executor/adapt", imports{
		"executor": "the interface that a fan-out is adapted to",
	}},
	{"executor/exhibits", imports{
		"executor":                   "the interface that the four executors implement",
		"internal/nearest":           "suggestions for an unknown executor",
		"golang.org/x/sync/errgroup": "one of the four is built on it",
	}},
	{"internal/fanout", imports{
		"executor": "the interface that it implements",
	}},
	{"internal/mutants", imports{
		"executor":        "the interface that mutants implement; some wrap the reference",
		"internal/fanout": "the correct executor that most mutants differ from in one part",
	}},
	{"mocks", imports{
		"executor": "FaultRunner implements its Runner",
	}},
	{"mocks/mockrunner", imports{
		"executor":                         "the generated mock implements its Runner",
		"github.com/stretchr/testify/mock": "the generated mock records calls with it",
	}},
	{"mocks/internal/wireserver", nil},
	{"mocks/internal/wirefault", imports{
		"mocks": "the names of the faults",
	}},
	{"mocks/internal/chat", imports{
		"mocks":                    "the healthy answer",
		"mocks/internal/wirefault": "its form, whole or streamed",
	}},
	{"mocks/openai", imports{
		"executor":                       "it implements Runner",
		"mocks":                          "the faults of the wire",
		"mocks/internal/chat":            "the healthy answer",
		"mocks/internal/wirefault":       "plays the faults",
		"mocks/internal/wireserver":      "listens and counts",
		"github.com/openai/openai-go/v3": "the real client that talks to the faulty server",
	}},
}

// Scenarios: what is run, and what it means.
var scenarioPackages = []row{
	{"scenarios", imports{
		"executor":         "the configuration and the clauses of a scenario",
		"internal/nearest": "suggestions for an unknown scenario",
		"leak":             "the findings in an observation",
		"mocks":            "the agents and their faults",
	}},
	{"scenarios/internal/bubble", nil},
	{"scenarios/judge", imports{
		"executor":                  "the clauses and the policies",
		"internal/nearest":          "suggestions for an unknown scenario in a waiver",
		"internal/plural":           "counts in its texts",
		"leak":                      "the findings in an observation",
		"mocks":                     "what the mocks answer when they are well",
		"scenarios":                 "what is judged",
		"scenarios/internal/bubble": "recognizes the warning about a bubble that could not end",
	}},
	{"scenarios/observe", imports{
		"executor":                  "what is run",
		"internal/thin":             "keeps some of many request times",
		"leak":                      "what is left behind",
		"mocks":                     "the agents and their faults",
		"scenarios":                 "what is run through, and what is observed",
		"scenarios/internal/bubble": "writes the warning about a bubble that could not end",
		"go.uber.org/goleak":        "the second witness of every cell",
		"github.com/HdrHistogram/hdrhistogram-go": "latencies in bounded memory",
	}},
	{"internal/repeat", imports{
		"executor":        "the clauses",
		"scenarios":       "the runs of a cell",
		"scenarios/judge": "what in a run is doubtful",
	}},
	{"scenarios/scenariotest", imports{
		"executor":                  "what is tested",
		"internal/child":            "the child process that cells run in",
		"internal/plural":           "counts in its texts",
		"internal/repeat":           "whether a cell on the machine's clock runs again",
		"leak":                      "the stacks that a failure shows",
		"mocks":                     "whether the wire can be served",
		"scenarios":                 "the catalogue, its run and its verdicts",
		"scenarios/internal/bubble": "recognizes the warning about a bubble that could not end",
		"scenarios/judge":           "verdicts",
		"scenarios/observe":         "runs the executors",
	}},

	{"internal/loads", imports{
		"executor":  "the configuration of a load",
		"scenarios": "what a load runs",
		"mocks":     "agents that ignore their context",
	}},
}
