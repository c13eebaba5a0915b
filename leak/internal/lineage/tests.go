package lineage

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
)

// Tests are all tests that have a check, or had one. The zero Tests is ready.
type Tests struct {
	mu sync.Mutex
	// begun is their number.
	begun int
	// running are those whose check has not ended.
	running map[*Test]struct{}
	// functions are those that they are the tests of.
	functions map[string]*function
	// failed are the numbers of those that reported leaks.
	failed map[int]struct{}
	// reported are the goroutines that were reported. The map is never changed, only
	// replaced.
	reported map[uint64]struct{}
	// spared are those that the same checks saw and did not report.
	spared map[uint64]struct{}
}

// function is what is known of the function of a test.
type function struct {
	// begun is the number of tests with this function. shared: some of them ran at the
	// same time.
	begun  int
	shared bool
}

// Begin returns the test of this name and function that begins on the goroutine self.
// An empty function is one that is not known. Its label has the key, and a value that
// no other test has. The tests of beside run at the same time, not as its parents.
func (a *Tests) Begin(name, key, function string, self uint64, beside []*Test) *Test {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begun++
	t := NewTest(Label{Key: key, Value: fmt.Sprintf("%s#%d", name, a.begun)}, self)
	t.tests, t.name, t.number, t.function = a, name, a.begun, function
	t.runningThen, t.reported = map[int]struct{}{}, a.reported
	for other := range a.running {
		t.runningThen[other.number] = struct{}{}
	}
	a.start(t)
	for _, other := range beside {
		if function != "" && function == other.function {
			a.functions[function].shared = true
		}
		t.beside[other.function] = struct{}{}
		other.beside[function] = struct{}{}
	}
	return t
}

// start enters a test as running.
func (a *Tests) start(t *Test) {
	if a.running == nil {
		a.running, a.functions = map[*Test]struct{}{}, map[string]*function{}
	}
	a.running[t] = struct{}{}
	t.beside = map[string]struct{}{}
	if t.function == "" {
		return
	}
	if a.functions[t.function] == nil {
		a.functions[t.function] = &function{}
	}
	a.functions[t.function].begun++
}

// End says that the check of a test has ended.
func (a *Tests) End(t *Test) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, t)
}

// Failed says that the check of a test has reported some goroutines as findings, and
// saw others that it spared.
func (a *Tests) Failed(t *Test, reported, spared []uint64) {
	if len(reported) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed == nil {
		a.failed = map[int]struct{}{}
	}
	a.failed[t.number] = struct{}{}
	a.reported, a.spared = with(a.reported, reported), with(a.spared, spared)
}

// with is a set with more goroutines in it.
func with(set map[uint64]struct{}, more []uint64) map[uint64]struct{} {
	all := make(map[uint64]struct{}, len(set)+len(more))
	maps.Copy(all, set)
	for _, id := range more {
		all[id] = struct{}{}
	}
	return all
}

// Process returns a test that owns all goroutines of the process, except for those that
// were created by goroutines that tests have reported. It is nil where none was reported.
func (a *Tests) Process(key string) *Test {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.reported) == 0 {
		return nil
	}
	return &Test{tests: a, whole: true, label: Label{Key: key}, number: a.begun + 1, reported: a.reported, spared: a.spared}
}

// hasFailed reports whether the check of the test with this number has reported leaks.
func (a *Tests) hasFailed(number int) bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, failed := a.failed[number]
	return failed
}

// numberOf is the number of the test in the value of its label, and the test's name.
func numberOf(value string) (name string, number int) {
	at := strings.LastIndexByte(value, '#')
	if at < 0 {
		return value, 0
	}
	number, err := strconv.Atoi(value[at+1:])
	if err != nil {
		return value, 0
	}
	return value[:at], number
}

// evidence is what the functions in a goroutine's stack say of whose it is.
type evidence int

const (
	// noFunction: nothing.
	noFunction evidence = iota
	// ownFunction: it runs code of the test.
	ownFunction
	// siblingsFunction: code that the test has in common with others that run in parallel.
	siblingsFunction
	// subtestsFunction: code that subtests of the test have in common.
	subtestsFunction
	// besideFunction: code of a test that runs at the same time.
	besideFunction
	// otherFunction: code of another test.
	otherFunction
)

// weigh says what it means for t that a goroutine runs a function of a test.
func (a *Tests) weigh(t *Test, name string) evidence {
	if a == nil || name == "" {
		return noFunction
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	of, f := a.testOf(name)
	_, beside := t.beside[of]
	switch {
	case f == nil && t.function != "" && rootOf(name) != rootOf(t.function) && isTest(name):
		return otherFunction
	case f == nil:
		return noFunction
	case of == t.function:
		return ownOf(t, f)
	case t.function != "" && isPart(of, t.function):
		if f.shared {
			return subtestsFunction
		}
		return otherFunction
	case t.function != "" && isPart(t.function, of):
		return noFunction
	case beside && isTest(of):
		return besideFunction
	}
	return otherFunction
}

// ownOf is what the function of t itself says. Without knowledge of the goroutines that
// were there before, one may be left from an earlier run of the test.
func ownOf(t *Test, f *function) evidence {
	switch {
	case f.shared:
		return siblingsFunction
	case t.before == nil && f.begun > 1:
		return noFunction
	}
	return ownFunction
}

// testOf is the innermost function of a known test that a function is part of.
func (a *Tests) testOf(name string) (string, *function) {
	for ; name != ""; name = outer(name) {
		if f := a.functions[name]; f != nil {
			return name, f
		}
	}
	return "", nil
}
