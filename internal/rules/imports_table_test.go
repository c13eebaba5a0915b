package rules

import "slices"

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
var packages = slices.Concat(
	foundations, leakModule, executors, scenarioPackages, reportPackages,
	benchPackages, suitePackages, attachPackages, servicePackages, commandPackages, projectTests, peersModule, browserModule, frameworksModule,
)

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

// neverImported names, for some packages, packages of the standard library that
// their own files must not import. Other packages may reach them: package leak,
// whose types scenarios stores, imports testing.
var neverImported = map[string]imports{
	"scenarios":       {"testing": "nothing runs here", "os/exec": "nothing runs here", "net/http": "nothing runs here"},
	"scenarios/judge": {"testing": "a verdict depends on the observation alone", "os": "it reads nothing"},
	"reports":         {"testing": "a report is no test", "os/exec": "nothing runs here", "net/http": "a report needs no network"},
	"reports/html":    {"net/http": "the page needs no network"},
}
