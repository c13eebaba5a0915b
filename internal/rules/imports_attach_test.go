package rules

// Running services.
var attachPackages = []row{
	{"attach/internal/floors", nil},
	{"attach/internal/sites", imports{
		"profiles": "the stacks that are grouped",
	}},
	{"attach/internal/poll", imports{
		"profiles": "the profiles of an answer",
	}},
	{"attach/internal/creators", imports{
		"golang.org/x/exp/trace": "execution traces",
		"profiles":               "the type of a frame",
	}},
	{"attach/internal/trial", imports{
		"attach/internal/floors": "what is tried",
	}},
	{"attach", imports{
		"attach/internal/creators": "go statements of a trace",
		"attach/internal/floors":   "judges series",
		"attach/internal/poll":     "asks the services",
		"attach/internal/sites":    "groups profiles",
		"internal/thin":            "keeps some points of a curve",
		"profiles":                 "the profiles",
	}},
	{"attach/forms", imports{
		"attach":             "the result that is written",
		"internal/format":    "sizes, durations and places",
		"internal/plaintext": "makes names harmless",
		"internal/plural":    "counts with their nouns",
	}},
	{"examples/leakyservice", nil}, // a stranger's service
}
