package rules

// The command, by stage: parse, plan, run, assemble, print.
var commandPackages = []row{
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
		"internal/repeat":       "whether a cell runs again",
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
		"internal/child":           "child processes",
		"internal/repeat":          "which cells run again",
		"mocks/openai":             "the faulty server that real clients talk to",
		"reports":                  "the types of costs",
		"scenarios":                "observations, crashes and races",
		"stress/internal/cell":     "what is run",
		"stress/internal/terminal": "how progress is printed",
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
		"attach":        "recognizes an earlier result of a watch",
		"attach/forms":  "the files of such a result",
		"service":       "recognizes an earlier result of a service",
		"service/forms": "the files of such a result",
		"suite":         "recognizes an earlier result of tests",
		"suite/forms":   "the files of such a result",
		"reports":       "what is written",
		"reports/ci":    "the files for machines",
		"reports/html":  "the page",
		"reports/text":  "the Markdown",
	}},
	{"stress/internal/quick", imports{
		"bench/gate":               "what a quick run measures",
		"executor":                 "what is run",
		"reports":                  "what it results in",
		"stress/internal/assemble": "makes the report",
		"stress/internal/plan":     "decides which cells are run",
		"stress/internal/run":      "runs them",
	}},
	{"stress/internal/port", nil},
	{"stress", imports{
		"attach":                     "watches running services",
		"attach/accepted":            "the places that a project accepts",
		"attach/discover":            "finds services",
		"attach/forms":               "renders what they showed",
		"internal/screen":            "how wide lines are",
		"internal/stored":            "tells stored results apart",
		"service":                    "a stored result of a service",
		"service/forms":              "renders it",
		"suite/shards":               "joins the results of shards",
		"internal/shard":             "checks the name of a shard",
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
		"stress/internal/port":       "rewrites the calls of other leak checkers",
		"stress/internal/quick":      "measures for gate and baseline",
		"stress/internal/run":        "runs the cells",
		"stress/internal/terminal":   "how wide the output may be",
		"github.com/alecthomas/kong": "the command line",
		"scenarios/judge":            "checks the executors that it is given",
		"suite":                      "the tests of any module",
		"suite/forms":                "prints what they leave behind",
		"suite/versions":             "two versions of a module",
		"suite/benches":              "the benchmarks of two versions",
		"suite/known":                "the list of known leaks",
	}},
	{"cmd/stress", imports{
		"stress": "main is one call of it",
	}},
}

// Programs that test the project itself.
var projectTests = []row{
	{"internal/innocents", imports{
		"executor":        "the Spec of an innocent",
		"executor/adapt":  "makes an executor of a fan-out",
		"scenarios/judge": "the waivers that fan-outs need",
	}},
	{"internal/selftest", imports{
		"executor":                        "the interface of the mutants",
		"internal/child":                  "the process that executors run in",
		"internal/mutants":                "executors that the catalogue must catch",
		"internal/nearest":                "the name that a misspelt one was meant for",
		"internal/repeat":                 "whether a cell on the machine's clock runs again",
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
		"internal/nearest":  "suggests defects for an unknown one",
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
		"internal/child":                  "the processes that kernels run in",
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
		"internal/child":     "the processes that measure",
		"leak":               "what is measured",
		"go.uber.org/goleak": "what it is compared with",
	}},
	{"internal/suites", imports{
		"suite":                           "what is tried",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"internal/suites/pairs", imports{
		"suite":                           "the result",
		"suite/versions":                  "what is tried",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"internal/rules", nil},
}

// bench/peers is a module of its own, so that users do not inherit the peers.
var peersModule = []row{
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
		"internal/innocents":                 "the innocents without a library",
		"executor":                           "the interface that innocents implement",
		"executor/adapt":                     "makes an executor of a fan-out of streams",
		"scenarios/judge":                    "the waivers that fan-outs need",
		"internal/fanout":                    "the parts of a correct executor",
		"internal/selftest":                  "runs them through the catalogue",
		"github.com/alitto/pond/v2":          "a foundation of an innocent",
		"github.com/panjf2000/ants/v2":       "a foundation of an innocent",
		"github.com/sourcegraph/conc/pool":   "a foundation of an innocent",
		"github.com/sourcegraph/conc/stream": "a foundation of an innocent",
		"golang.org/x/sync":                  "a foundation of an innocent",
	}},
	{"bench/peers/cmd/innocents", imports{
		"bench/peers/innocents": "what is run",
		"internal/selftest":     "main is one call of it",
	}},
}

// leak/frameworks is a module of its own: only its tests need the frameworks.
var frameworksModule = []row{
	{"leak/frameworks", nil},
}

// reports/browsertest is a module of its own: only its tests need a browser.
var browserModule = []row{
	{"reports/browsertest", nil},
}
