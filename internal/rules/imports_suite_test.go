package rules

// The tests of any module.
var suitePackages = []row{
	{"suite/internal/engine", imports{
		"github.com/rogpeppe/go-internal": "the archive of package leak",
	}},
	{"suite/internal/launch", imports{
		"internal/child": "processes that end with this one",
	}},
	{"suite", imports{
		"golang.org/x/mod/modfile": "the path of the module",
		"internal/child":           "how the process of a test that ran in rounds ended",
		"internal/place":           "the root of the repository",
		"internal/shard":           "the part of the packages that runs",
		"leak":                     "the reports of what tests leave behind",
		"internal/plural":          "counts with their nouns",
		"suite/internal/launch":    "starts the go command and test binaries",
		"suite/internal/engine":    "adds package leak to the tests",
		"internal/gocmd":           "the flags that go list understands, and what the go command says",
	}},
	{"suite/known", imports{
		"go.yaml.in/yaml/v3":  "the file, whose comments stay when it is changed",
		"internal/atomicfile": "the file is written whole or not at all",
		"internal/nearest":    "suggests keys for an unknown one",
		"leak":                "the reports in which a known leak is looked for",
		"suite":               "the result that is judged",
	}},
	{"suite/versions", imports{
		"internal/relocate": "the paths of temporary folders",
		"internal/plural":   "counts with their nouns",
		"internal/shard":    "the part of the packages that runs",
		"leak":              "the findings that are compared",
		"suite":             "each run, and the result",
		"internal/trees":    "the files of the versions",
	}},
	{"suite/benches", imports{
		"internal/child": "processes that end with this one",
		"internal/gocmd": "the go command",
		"internal/trees": "the files of the versions",
	}},
	{"suite/shards", imports{
		"internal/relocate": "the paths of other machines",
		"internal/shard":    "the names of shards",
		"suite":             "the results that are joined",
	}},
	{"suite/forms", imports{
		"internal/webpage":    "the head and the style of pages",
		"internal/annotation": "workflow commands of GitHub Actions",
		"internal/format":     "sizes, and words of a shell command",
		"internal/junitxml":   "writes JUnit",
		"internal/place":      "lines of source as the repository names them",
		"internal/plaintext":  "makes names and paths harmless",
		"internal/plural":     "counts with their nouns",
		"internal/sarif":      "the types of SARIF",
		"suite":               "the result that is written",
		"github.com/jstemmer/go-junit-report/v2/junit": "JUnit XML",
	}},
}
