package rules

// Running services.
var attachPackages = []row{
	{"attach/internal/floors", nil},
	{"attach/internal/trial", imports{
		"attach/internal/floors": "what is tried",
	}},
	{"attach", imports{
		"internal/creators":      "go statements of a trace",
		"attach/internal/floors": "judges series",
		"internal/poll":          "asks the services",
		"internal/sites":         "groups profiles",
		"internal/stored":        "reads a result",
		"internal/thin":          "keeps some points of a curve",
		"profiles":               "the profiles",
	}},
	{"attach/accepted", imports{
		"attach":             "the result that is judged",
		"go.yaml.in/yaml/v3": "the file",
	}},
	{"attach/discover", imports{
		"attach":        "the services that are found",
		"internal/poll": "asks with a bound, and says what is wrong",
	}},
	{"attach/forms", imports{
		"attach":                  "the result that is written",
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
		"github.com/jstemmer/go-junit-report/v2/junit": "JUnit XML",
	}},
	{"attach/cmd/rates", imports{
		"attach/internal/trial": "the table that it prints",
	}},
	{"attach/cmd/servers", imports{
		"attach": "watches the servers",
	}},
	{"examples/leakyservice", nil}, // a stranger's service
}
