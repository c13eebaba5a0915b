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
		"internal/sites": "groups profiles",
		"profiles":       "the profiles",
		"service/load":   "what the clients saw",
	}},
}
