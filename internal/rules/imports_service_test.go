package rules

// Proving a service.
var servicePackages = []row{
	{"service/load", imports{
		"github.com/HdrHistogram/hdrhistogram-go": "percentiles",
	}},
	{"service/internal/loadtrial", imports{
		"internal/child": "the processes whose cost is measured",
		"service/load":   "what is measured",
	}},
	{"service/cmd/loadcheck", imports{
		"service/internal/loadtrial": "what it prints",
		"service/load":               "names of the protocols",
	}},
	{"service/internal/host", imports{
		"internal/child":        "the lines with which the Go runtime tells of a crash",
		"internal/gocmd":        "the go command",
		"internal/plural":       "counts with their nouns",
		"internal/relocate":     "the paths of temporary folders",
		"internal/trees":        "the files of the versions",
		"golang.org/x/sys/unix": "the names of signals, and orphans that become the supervisor's children",
	}},
	{"mocks/upstream", imports{
		"internal/nearest":          "suggests faults for an unknown one",
		"mocks":                     "the names of the faults",
		"mocks/internal/chat":       "the healthy answer of a chat completion",
		"mocks/internal/wirefault":  "plays the faults",
		"mocks/internal/wireserver": "listens, counts, and ends connections",
	}},
	{"service", imports{
		"internal/creators":     "the go statements of a trace",
		"internal/format":       "sizes and durations",
		"internal/place":        "the root of the repository",
		"internal/poll":         "asks the service for profiles",
		"internal/relocate":     "the paths of temporary folders",
		"internal/sites":        "groups profiles",
		"internal/stored":       "reads a result",
		"internal/thin":         "keeps some points of a curve",
		"internal/trees":        "the files of the versions",
		"mocks/upstream":        "what the service talks to",
		"profiles":              "the profiles",
		"service/internal/host": "builds, starts and ends the service",
		"service/load":          "the clients",
	}},
	{"service/internal/trial", imports{
		"service":      "what is tested, and what it says",
		"service/load": "the requests",
	}},
	{"service/cmd/servicetrial", imports{
		"service":                "the supervisor",
		"service/internal/trial": "the runs and the table",
	}},
	{"service/forms", imports{
		"internal/format":         "sizes, durations and places",
		"internal/frames":         "functions and stacks",
		"internal/junitxml":       "writes JUnit",
		"internal/place":          "the type of a line of source",
		"internal/plaintext":      "makes names harmless",
		"internal/plural":         "counts with their nouns",
		"internal/sarif":          "the types of SARIF",
		"internal/screen":         "lines and tables for a terminal",
		"internal/stored":         "writes JSON",
		"internal/webpage":        "the head and the style of pages",
		"internal/webpage/charts": "draws curves",
		"service":                 "the result that is written",
		"github.com/jstemmer/go-junit-report/v2/junit": "JUnit XML",
	}},
	{"service/internal/toys", nil}, // strangers' services
	{"examples/agentservice", imports{
		"executor": "the interface of what runs the agents",
	}},
	{"examples/agentservice/before", imports{
		"examples/agentservice": "the handler and the agents",
		"executor":              "the configuration",
		"executor/exhibits":     "the executor that leaked",
	}},
	{"examples/agentservice/after", imports{
		"examples/agentservice": "the handler and the agents",
		"executor":              "the executor that mends it",
	}},
}
