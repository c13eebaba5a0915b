package suite

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// This binary is what the go command starts test binaries with.
func TestMain(m *testing.M) {
	if StartTest(os.Args[1:]) {
		return
	}
	runOfVariable()
	os.Exit(m.Run())
}

// module writes the files of an archive of testdata into a folder. Words in it are
// replaced, as for strings.NewReplacer; "go.sum" is a file to add.
func module(t *testing.T, name string, replace ...string) string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	require.NoError(t, err)
	dir := t.TempDir()
	if i := slices.Index(replace, "go.sum"); i >= 0 {
		a.Files = append(a.Files, txtar.File{Name: "go.sum", Data: []byte(replace[i+1])})
		replace = replace[:i]
	}
	for _, f := range a.Files {
		f.Data = []byte(strings.NewReplacer(replace...).Replace(string(f.Data)))
		file := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, f.Data, 0o644))
	}
	return dir
}

// hash is that of all files of a folder, with their names.
func hash(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
		return err
	}))
	return fmt.Sprintf("%x", h.Sum(nil))
}

// run runs the tests of a module, whose files it must leave as they were.
func runModule(t *testing.T, name string, o Options, replace ...string) Observation {
	t.Helper()
	o.Dir = module(t, name, replace...)
	before := hash(t, o.Dir)
	if o.Settle == 0 {
		o.Settle, o.Confirm = 100*time.Millisecond, 200*time.Millisecond
	}
	obs, err := Run(t.Context(), o, io.Discard)
	require.NoError(t, err)
	require.Equal(t, before, hash(t, o.Dir), "the module was changed")
	return obs
}

// A place is one however many tests show it, and names the module's own code.
func TestSites(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"."}})
	sites := obs.Sites()
	require.Len(t, sites, 1)
	require.Len(t, sites[0].Tests, 3)
	require.Equal(t, "example.com/kinds.Leak", sites[0].Finding.CreatedBy)
	require.Equal(t, "kinds.go", filepath.Base(sites[0].Finding.File))
	leaky := slices.IndexFunc(obs.Packages[0].Tests, func(t Test) bool { return t.Name == "TestLeaks" })
	require.Positive(t, obs.Packages[0].Tests[leaky].Elapsed)
	require.Equal(t, runtime.Version(), obs.Go)
}

// go test's own flags are handed on.
func TestRunFlags(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"."}, Flags: []string{"-run=Leaks", "-count=2"}})
	require.Equal(t, map[string]string{"example.com/kinds TestLeaks": "pass leaks"}, outcomes(obs))
}

// What is left after the tests that -run selects is searched for as well.
func TestRunSearchesAfterSomeTests(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"./rest"}, Flags: []string{"-run=^(TestClean|Example)$"}})
	require.True(t, obs.Packages[0].Searched)
	require.Equal(t, map[string]string{
		"example.com/kinds/rest TestClean": "pass", "example.com/kinds/rest Example": "pass unchecked", "example.com/kinds/rest -": "leaks",
	}, outcomes(obs))
}

// A process that the go command has started is checked, whatever it does before its first
// test: it runs itself, or replaces its program by itself. Its arguments are those that the
// kernel knows. A program for test binaries, which could run them elsewhere, is left out.
func TestRunOddProcesses(t *testing.T) {
	o := Options{Packages: []string{"./replaced", "./asks", "./sees"}, Flags: []string{"-run=Test"}, Env: []string{"GOFLAGS=-exec=/no/such/program"}}
	require.Equal(t, map[string]string{
		"example.com/kinds/replaced TestX": "pass leaks",
		"example.com/kinds/asks TestX":     "pass leaks",
		"example.com/kinds/sees TestArgs":  "pass",
	}, outcomes(runModule(t, "kinds", o)))
}

// Each test can be made to leak, which is found.
func TestDefect(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"."}, Defect: true, Flags: []string{"-run=Clean"}})
	require.Equal(t, map[string]string{"example.com/kinds TestClean": "pass leaks"}, outcomes(obs))
}

// A test that failed once has failed, however often it ran.
func TestRunSeveralTimes(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"./twice"}, Flags: []string{"-count=2"}})
	require.Equal(t, map[string]string{"example.com/kinds/twice TestFailsFirst": "fail"}, outcomes(obs))
}

// A plain run checks nothing.
func TestRunPlain(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"./exits"}, Plain: true})
	require.Equal(t, map[string]string{"example.com/kinds/exits TestBeforeExit": "pass unchecked"}, outcomes(obs))
	require.Positive(t, obs.CPU)
}

// A process that a test leaves is a finding, with its command.
func TestProcessIsFinding(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"./process"}})
	sites := obs.Sites()
	require.Len(t, sites, 1)
	require.Equal(t, "sleep 20", sites[0].Process.Command)
}

// What could not be checked is no pass.
func TestCountsNotChecked(t *testing.T) {
	checked := Test{Name: "TestX", Outcome: Passed, Checked: true}
	for name, tt := range map[string]struct {
		change func(*Package, *Test)
		want   int
	}{
		"all well":          {func(*Package, *Test) {}, 0},
		"not checked":       {func(_ *Package, t *Test) { t.Checked = false }, 1},
		"an example":        {func(_ *Package, t *Test) { t.Checked, t.Name = false, "ExampleX" }, 0},
		"did not end":       {func(_ *Package, t *Test) { t.Outcome = NotEnded }, 1},
		"could not search":  {func(_ *Package, t *Test) { t.Error = "no" }, 1},
		"package not built": {func(p *Package, _ *Test) { p.Error = "no" }, 1},
		"package not searched at the end": {func(p *Package, _ *Test) {
			f := newFound(*p)
			f.record(record{Event: eventSearched, Error: "no"})
			*p = f.Package
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, test := Package{}, checked
			tt.change(&p, &test)
			p.Tests = []Test{test}
			require.Equal(t, tt.want, Observation{Packages: []Package{p}}.Counts().NotChecked)
		})
	}
}

func TestRunRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		packages []string
		want     string
	}{
		"no tests":     {[]string{"./none"}, "no package with tests"},
		"no such flag": {[]string{"-nonsense"}, "go list"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(t.Context(), Options{Dir: module(t, "kinds"), Packages: tt.packages}, io.Discard)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// Where the run is cut short, what was seen until then is there.
func TestRunIsCutShort(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, Options{Dir: module(t, "kinds")}, io.Discard)
	require.Error(t, err)
}
