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
	}},
	{"service", imports{
		"internal/creators":     "the go statements of a trace",
		"internal/format":       "sizes and durations",
		"internal/poll":         "asks the service for profiles",
		"internal/relocate":     "the paths of temporary folders",
		"internal/sites":        "groups profiles",
		"internal/thin":         "keeps some points of a curve",
		"internal/trees":        "the files of the versions",
		"mocks/upstream":        "what the service talks to",
		"profiles":              "the profiles",
		"service/internal/host": "builds, starts and ends the service",
		"service/load":          "the clients",
	}},
}
