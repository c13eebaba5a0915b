package goker

import (
	"errors"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/leak"
)

// kernels returns the kernels of the Go that runs the test.
func kernels(t *testing.T) []Kernel {
	t.Helper()
	goroot, _, err := goEnv(t.Context(), "")
	require.NoError(t, err)
	all, err := Kernels(goroot)
	var none Unavailable
	if errors.As(err, &none) {
		t.Skip(none)
	}
	require.NoError(t, err)
	return all
}

func TestExpectationsAreReadFromGo(t *testing.T) {
	sites, flaky, unlisted := 0, 0, 0
	for _, k := range kernels(t) {
		assert.NotEmpty(t, k.Expected, "%s: nothing is expected of it", k.Name)
		if !k.Listed {
			unlisted++
			continue
		}
		sites += len(k.Expected)
		if k.Flaky {
			flaky++
		}
	}
	assert.GreaterOrEqual(t, len(kernels(t)), 60)
	assert.GreaterOrEqual(t, sites, 100)
	assert.Greater(t, flaky, 10, "makeFlakyTest was not told from makeTest")
	assert.LessOrEqual(t, unlisted, 3, "kernels that Go's list does not have")
}

func TestNoKernelsIsSaidInWords(t *testing.T) {
	_, err := Kernels(t.TempDir())
	var none Unavailable
	require.ErrorAs(t, err, &none)
	assert.Contains(t, err.Error(), "no kernels in")
}

// Three kernels that leak in every run, under package leak and goleak.
func TestSomeKernels(t *testing.T) {
	kernels(t)
	r, err := Run(t.Context(), Options{Only: regexp.MustCompile("^(Cockroach25456|Etcd5509|Moby30408)$"), Runs: 1})
	require.NoError(t, err)
	require.Len(t, r.Kernels, 3)
	for _, o := range r.Kernels {
		for _, who := range []string{witness.Leak, witness.Goleak} {
			counters := o.By[who]
			assert.Empty(t, counters.Trouble, "%s under %s", o.Kernel.Name, who)
			assert.Equal(t, 1, counters.Hits, "%s under %s", o.Kernel.Name, who)
			assert.Empty(t, counters.Unexpected, "%s under %s", o.Kernel.Name, who)
		}
		assert.Empty(t, o.By[witness.Leak].Unproven, o.Kernel.Name)
	}
}

func TestAddCounts(t *testing.T) {
	k := Kernel{Name: "K", Listed: true}
	require.NoError(t, k.expect(`F\.func1\(.* \[chan send\]`))
	require.NoError(t, k.expect(`G\(.* \[select\]`))
	site := func(entry, state string, c leak.Class) witness.Site {
		return witness.Site{Entry: entry, State: state, Class: c, Count: 1}
	}
	counters := &Counters{Found: make([]bool, 2)}
	counters.add(k, witness.Answer{
		Sites: []witness.Site{
			site("main.F.func1", "chan send", leak.Blocked),
			site("main.G", "sleep", leak.Waiting),
			site("main.H", "chan send", leak.Proven),
		},
		Bare: []witness.Site{site("main.F.func1", "chan send", ""), site("main.H", "chan send", "")},
	})
	counters.add(k, witness.Answer{Trouble: "died"})
	assert.Equal(t, []bool{true, false}, counters.Found, "G was seen in another state than the expected one")
	assert.Equal(t, []string{"H() [chan send]"}, counters.Unexpected)
	assert.Equal(t, []string{"F.func1() [chan send]"}, counters.Unproven)
	assert.Equal(t, 2, counters.Runs)
	assert.Equal(t, 1, counters.Hits)
	assert.Equal(t, []string{"died"}, counters.Trouble)
}

// A kernel is repeated for all witnesses while one of them has not seen a site.
func TestSeen(t *testing.T) {
	k := Kernel{Name: "K", Listed: true}
	require.NoError(t, k.expect(`F\(.* \[chan send\]`))
	answer := witness.Answer{Sites: []witness.Site{{Entry: "main.F", State: "chan send", Count: 1}}}
	o := newOutcome(k)
	assert.False(t, o.seen(), "no witness has run yet")
	for _, who := range []string{witness.Leak, witness.Goleak} {
		o.By[who].add(k, answer)
		assert.False(t, o.seen(), "not all witnesses have seen it")
	}
	o.By[witness.Bare].add(k, witness.Answer{Trouble: "this Go has no leak profile"})
	assert.True(t, o.seen(), "where there is no profile, no run will change that")
	o.By[witness.Bare].add(k, answer)
	assert.True(t, o.seen())
}
