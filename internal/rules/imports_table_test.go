package rules

// imports are the imports that a package may have, each with its reason. The
// standard library is always allowed.
type imports map[string]string

// row is one package: its folder and its imports. A folder of this repository
// is named from the root, a third-party module by its path.
type row struct {
	dir     string
	imports imports
}

// packages has a row for every folder with Go files, in an order in which they
// can be read: a package imports only packages above it.
var packages = []row{
	// Foundations: packages that know nothing of executors.
	{"internal/nearest", imports{
		"github.com/agnivade/levenshtein": "the distance of two names",
	}},
	{"internal/plural", nil},
	{"internal/thin", nil},
	{"internal/child", nil}, // it can start anything, and knows nothing of it
	{"internal/format", nil},
	{"internal/atomicfile", nil},
	{"internal/child/childtest", nil},
	// The leak checks, a module of its own without requirements.
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
	{"profiles", imports{
		"github.com/google/pprof/profile": "reads and writes pprof files; only this package imports it",
	}},

	// Executors, and the agents that they are given.
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
	{"mocks/openai", imports{
		"executor":                       "it implements Runner",
		"mocks":                          "the faults of the wire and the healthy answer",
		"github.com/openai/openai-go/v3": "the real client that talks to the faulty server",
	}},

	// Scenarios: what is run, and what it means.
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
	{"scenarios/scenariotest", imports{
		"executor":                  "what is tested",
		"internal/child":            "the child process that cells run in",
		"internal/plural":           "counts in its texts",
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

	// Reports.
	{"reports/internal/plaintext", imports{
		"github.com/jedib0t/go-pretty/v6/text": "the width of text at a terminal",
	}},
	{"reports", imports{
		"internal/plural":            "counts with their nouns",
		"executor":                   "the numbers of the clauses",
		"internal/atomicfile":        "stores a report whole or not at all",
		"profiles":                   "the stacks of profiles",
		"reports/internal/plaintext": "error messages that quote a stored string",
		"scenarios":                  "observations, verdicts and comparisons",
	}},
	{"reports/internal/source", imports{
		"leak":      "the goroutine that is blamed on a line",
		"reports":   "where the sources of a run are",
		"scenarios": "which goroutines are the harness's callers",
	}},
	{"reports/internal/view", imports{
		"executor":                    "the titles of the clauses",
		"internal/format":             "figures and places as text",
		"internal/plural":             "counts with their nouns",
		"leak":                        "the classes of findings",
		"profiles":                    "compares two profiles",
		"reports":                     "what is shown",
		"reports/internal/plaintext":  "names within sentences",
		"reports/internal/source":     "the line that goroutines come from",
		"scenarios":                   "observations, verdicts and comparisons",
		"golang.org/x/perf/benchmath": "the intervals of ratios",
	}},
	{"reports/internal/fixtures", imports{
		"executor":                            "clauses that the fixtures break",
		"executor/exhibits":                   "the names of the executors",
		"leak":                                "findings in the fixtures",
		"profiles":                            "two profiles to compare",
		"reports":                             "the reports that renderers are tested with",
		"scenarios":                           "observations and verdicts",
		"github.com/stretchr/testify/require": "only tests import this package",
		"scenarios/judge":                     "applies a waiver to a verdict",
	}},
	{"reports/html", imports{
		"internal/atomicfile":        "writes a page whole or not at all",
		"internal/format":            "figures and places as text",
		"internal/plural":            "counts with their nouns",
		"leak":                       "findings, grouped by the place of their go statement",
		"reports":                    "what is rendered",
		"reports/internal/plaintext": "makes stored strings harmless",
		"reports/internal/view":      "the sections that all renderers share",
		"scenarios":                  "observations and verdicts",
		"internal/thin":              "draws some of many samples",
	}},
	{"reports/text", imports{
		"internal/plural":                 "counts with their nouns",
		"reports":                         "what is rendered",
		"reports/internal/plaintext":      "makes stored strings harmless; width and wrapping",
		"reports/internal/view":           "the sections that all renderers share",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"reports/ci", imports{
		"executor":                   "the clauses, which are SARIF's rules",
		"internal/plural":            "counts with their nouns",
		"leak":                       "findings, which become results",
		"reports":                    "what is rendered",
		"reports/internal/plaintext": "makes stored strings harmless",
		"reports/internal/source":    "the line that a result is shown at",
		"reports/internal/view":      "the titles of clauses and the names of cells",
		"scenarios":                  "observations and verdicts",
		"github.com/jstemmer/go-junit-report/v2/junit": "JUnit XML",
	}},

	{"internal/casestudy", imports{
		"internal/format":             "places in the source",
		"executor":                    "the clauses that some claims are about",
		"executor/exhibits":           "the executors of the case",
		"internal/loads":              "the names of the loads that settle claims",
		"internal/plural":             "counts in words",
		"reports":                     "claims are computed from a report and stored in it",
		"scenarios":                   "observations and verdicts",
		"golang.org/x/perf/benchmath": "the intervals of the projection",
	}},

	// Benchmarks and the gate.
	{"bench/internal/pairs", nil},
	{"bench", imports{
		"bench/internal/pairs": "measures floor and subject in turn",
		"executor":             "what is measured",
		"executor/exhibits":    "what is measured beside the reference",
		"github.com/HdrHistogram/hdrhistogram-go": "overshoot in bounded memory",
		"golang.org/x/perf/benchmath":             "intervals and p",
	}},
	{"bench/cost", imports{
		"bench/internal/pairs": "measures floor and executor in turn",
		"executor":             "what is measured",
		"leak":                 "what requests leave behind",
		"reports":              "the figures are stored in its types",
	}},
	{"bench/gate/internal/format", nil},
	{"bench/gate/internal/gatetest", imports{
		"executor":  "the clauses of the example report",
		"reports":   "the example report",
		"scenarios": "the verdicts of the example report",
	}},
	{"bench/gate/result", imports{
		"bench/gate/internal/format":      "prints names and figures",
		"internal/plural":                 "counts in English",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"bench/gate/internal/samples", imports{
		"bench/gate/internal/format":  "prints percentages",
		"bench/gate/result":           "the status that samples lead to",
		"golang.org/x/perf/benchmath": "the Mann-Whitney test",
	}},
	{"bench/gate/internal/baseline", imports{
		"bench/gate/internal/format":  "prints names and rounds figures",
		"bench/gate/internal/samples": "the noise of times that are to be accepted",
		"executor":                    "the clauses by number",
		"reports":                     "what rows are made of",
		"scenarios":                   "the words of verdicts",
		"golang.org/x/perf/benchfmt":  "the benchmark format",
	}},
	{"bench/gate", imports{
		"bench/gate/internal/baseline": "the rows that are compared",
		"bench/gate/internal/format":   "prints names and figures",
		"bench/gate/internal/samples":  "compares times",
		"bench/gate/result":            "the answer",
		"executor":                     "the clauses by number",
		"internal/plural":              "counts in English",
		"reports":                      "what is compared",
		"scenarios":                    "the words of verdicts",
	}},
	{"bench/gate/benchtext", imports{
		"bench/gate/internal/format":  "prints names and figures",
		"bench/gate/internal/samples": "compares times",
		"bench/gate/result":           "the answer",
		"golang.org/x/perf":           "the benchmark format and its units",
	}},

	// The command, by stage: parse, plan, run, assemble, print.
	{"stress/internal/terminal", imports{
		"golang.org/x/term": "whether the output is a terminal",
	}},
	{"stress/internal/cell", imports{
		"bench/cost":            "measures the costs of an executor",
		"executor":              "what is run",
		"internal/child":        "ends the child with its parent",
		"internal/loads":        "how a load is run",
		"mocks":                 "the wire that a scenario asks for",
		"mocks/openai":          "the real client",
		"profiles":              "captured in each load",
		"reports":               "the types of a judged cell and of costs",
		"scenarios":             "the catalogue, its run and its verdicts",
		"golang.org/x/sys/unix": "resource limits",
		"scenarios/judge":       "verdicts",
		"scenarios/observe":     "runs the executors",
		"internal/thin":         "keeps some of many samples",
	}},
	{"stress/internal/plan", imports{
		"executor":             "the executors to choose from",
		"internal/loads":       "the loads beside the catalogue",
		"internal/nearest":     "suggests names for an unknown one",
		"reports":              "the rows of a report",
		"scenarios":            "the catalogue",
		"stress/internal/cell": "what a plan is made of",
	}},
	{"stress/internal/run", imports{
		"bench/cost":               "the sizes that costs are measured at",
		"executor":                 "the clause that a late machine breaks",
		"internal/child":           "child processes",
		"mocks/openai":             "the faulty server that real clients talk to",
		"reports":                  "the types of costs",
		"scenarios":                "observations, crashes and races",
		"stress/internal/cell":     "what is run",
		"stress/internal/terminal": "how progress is printed",
		"scenarios/judge":          "which cells need to be repeated",
	}},
	{"stress/internal/assemble", imports{
		"executor":                 "the constructors that a report names",
		"internal/casestudy":       "the claims and the projection",
		"profiles":                 "flame graphs",
		"reports":                  "what is made",
		"scenarios":                "verdicts, waivers and comparisons",
		"stress/internal/cell":     "what was observed",
		"stress/internal/plan":     "what should have been",
		"golang.org/x/mod/modfile": "the path of the module whose sources a report names",
		"scenarios/judge":          "comparisons and waivers",
	}},
	{"stress/internal/folder", imports{
		"reports":      "what is written",
		"reports/ci":   "the files for machines",
		"reports/html": "the page",
		"reports/text": "the Markdown",
	}},
	{"stress/internal/quick", imports{
		"bench/gate":               "what a quick run measures",
		"executor":                 "what is run",
		"reports":                  "what it results in",
		"stress/internal/assemble": "makes the report",
		"stress/internal/plan":     "decides which cells are run",
		"stress/internal/run":      "runs them",
	}},
	{"stress", imports{
		"bench/gate":                 "compares a run with a baseline",
		"bench/gate/benchtext":       "compares two outputs of go test -bench",
		"bench/gate/result":          "renders the answer of the gate",
		"executor":                   "the executors of a caller",
		"executor/exhibits":          "the executors that are run by default",
		"internal/casestudy":         "claims of a merged report",
		"internal/nearest":           "suggests names for an unknown one",
		"profiles":                   "the profiles that diff compares",
		"reports":                    "stores the result",
		"reports/ci":                 "renders it for machines",
		"reports/html":               "renders it as a page",
		"reports/text":               "renders it for a terminal and as Markdown",
		"stress/internal/assemble":   "makes the report",
		"stress/internal/cell":       "the work of a child process",
		"stress/internal/folder":     "writes the report",
		"stress/internal/plan":       "decides which cells are run",
		"stress/internal/quick":      "measures for gate and baseline",
		"stress/internal/run":        "runs the cells",
		"stress/internal/terminal":   "how wide the output may be",
		"github.com/alecthomas/kong": "the command line",
		"scenarios/judge":            "checks the executors that it is given",
	}},
	{"cmd/stress", imports{
		"stress": "main is one call of it",
	}},

	// Programs that test the project itself.
	{"internal/selftest", imports{
		"executor":                        "the interface of the mutants",
		"internal/child":                  "the process that executors run in",
		"internal/mutants":                "executors that the catalogue must catch",
		"scenarios":                       "the catalogue that is tested",
		"github.com/alecthomas/kong":      "the command line",
		"github.com/jedib0t/go-pretty/v6": "tables",
		"scenarios/judge":                 "verdicts",
		"scenarios/observe":               "runs the executors",
	}},
	{"cmd/mutants", imports{
		"internal/mutants":  "what is run",
		"internal/selftest": "main is one call of it",
	}},
	{"internal/gateselftest", imports{
		"executor":          "the defects are planted in its executors",
		"executor/exhibits": "the names of the executors that it adds to",
		"stress":            "it is that command with planted executors",
	}},
	{"internal/marked", nil},
	{"internal/excerpt", imports{
		"internal/marked": "writes into the document",
	}},
	{"internal/accuracy/goker/witness", imports{
		"leak":               "one of the witnesses",
		"go.uber.org/goleak": "one of the witnesses",
	}},
	{"internal/accuracy/goker", imports{
		"leak":                            "the classes of findings",
		"internal/accuracy/goker/witness": "what a kernel's process answers",
		"golang.org/x/sync/errgroup":      "a few processes at a time",
	}},
	{"internal/accuracy/taxonomy", imports{
		"golang.org/x/sync": "some cases leak through it",
	}},
	{"internal/accuracy/trial", imports{
		"internal/accuracy/taxonomy": "the cases that it runs",
		"leak":                       "one of the checkers",
		"go.uber.org/goleak":         "one of the checkers",
		"golang.org/x/sync/errgroup": "a few processes at a time",
	}},
	{"internal/accuracy", imports{
		"internal/accuracy/goker":         "runs the bug kernels",
		"internal/accuracy/goker/witness": "the names of the witnesses",
		"internal/accuracy/taxonomy":      "the cases",
		"internal/accuracy/trial":         "runs the cases",
		"internal/marked":                 "writes into the document",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"internal/speed", imports{
		"leak":               "what is measured",
		"go.uber.org/goleak": "what it is compared with",
	}},
	{"internal/rules", nil},

	// bench/peers is a module of its own, so that users do not inherit the peers.
	{"bench/peers", imports{
		"bench":                              "the jobs, the pairs and the floor",
		"executor":                           "the interface that peers are wrapped in",
		"github.com/alecthomas/kong":         "the command line",
		"github.com/alitto/pond/v2":          "a peer",
		"github.com/failsafe-go/failsafe-go": "a peer",
		"github.com/panjf2000/ants/v2":       "a peer",
		"github.com/sourcegraph/conc/pool":   "a peer",
		"golang.org/x/sync/errgroup":         "a peer",
	}},
	{"bench/peers/innocents", imports{
		"executor":                         "the interface that innocents implement",
		"internal/fanout":                  "the parts of a correct executor",
		"internal/selftest":                "runs them through the catalogue",
		"github.com/alitto/pond/v2":        "a foundation of an innocent",
		"github.com/panjf2000/ants/v2":     "a foundation of an innocent",
		"github.com/sourcegraph/conc/pool": "a foundation of an innocent",
		"golang.org/x/sync":                "a foundation of an innocent",
	}},
	{"bench/peers/cmd/innocents", imports{
		"bench/peers/innocents": "what is run",
		"internal/selftest":     "main is one call of it",
	}},

	// reports/browsertest is a module of its own: only its tests need a browser.
	{"reports/browsertest", nil},
}

// never names, for some packages, what they must not reach through any chain of
// imports, with the reason.
var never = map[string]imports{
	"executor": {
		"testing": "the reference runs in production",
	},
	"scenarios/judge": {
		"scenarios/observe":           "judging never runs anything",
		"go.uber.org/goleak":          "it is a witness of observe",
		"net/http":                    "judging reaches no network",
		"github.com/stretchr/testify": "judging is no test",
	},
	"leak": {
		"executor": "leak checks any program",
	},
}
