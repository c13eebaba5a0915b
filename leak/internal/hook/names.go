package hook

import (
	"path"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// names are those of the tests of a binary. A package and its external test package may
// have a test of one name each. Then that of the external one is "p_test.TestX".
type names struct {
	all []string
	// twins are those that two tests have.
	twins map[string]bool
}

func newNames(tests []testing.InternalTest, fuzz []testing.InternalFuzzTarget) names {
	n := names{twins: map[string]bool{}}
	seen := map[string]bool{}
	note := func(name string) {
		n.twins[name] = n.twins[name] || seen[name]
		seen[name] = true
	}
	for _, t := range tests {
		note(t.Name)
	}
	for _, f := range fuzz {
		note(f.Name)
	}
	for _, t := range tests {
		n.all = append(n.all, n.of(t.Name, t.F))
	}
	for _, f := range fuzz {
		n.all = append(n.all, n.of(f.Name, f.Fn))
	}
	return n
}

// of is the name of a test. f is the test, or another function of its package.
func (n names) of(name string, f any) string {
	if !n.twins[name] {
		return name
	}
	full := path.Base(functionOf(f))
	if pkg, _, _ := strings.Cut(full, "."); strings.HasSuffix(pkg, "_test") {
		return pkg + "." + name
	}
	return name
}

// functionOf is the name of a function, as stacks have it.
func functionOf(f any) string { return runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name() }
