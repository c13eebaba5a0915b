package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
)

func TestMain(m *testing.M) {
	trial.Child()
	os.Exit(m.Run())
}

// A run of two cases, stored, shown again and written into a document.
func TestCommand(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "result.json")
	var out, progress bytes.Buffer
	code := run(t.Context(), []string{"run", "-out", file, "-cases", "^(receive-nil|just-cancelled)$", "-kernels", "^$"}, &out, &progress)
	require.Equal(t, exitRight, code, "%s%s", out.String(), progress.String())
	assert.Contains(t, out.String(), "receive-nil")
	assert.Contains(t, out.String(), "package leak was right in all cases.")
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), width, line)
	}

	var again bytes.Buffer
	require.Equal(t, exitRight, run(t.Context(), []string{"show", file}, &again, &progress))
	assert.Equal(t, out.String(), again.String(), "rendering must not depend on the run")

	document := filepath.Join(root, "accuracy.md")
	require.NoError(t, os.WriteFile(document, []byte("before\n<!-- accuracy: begin x -->\nobsolete\n<!-- accuracy: end -->\nafter\n"), 0o600))
	require.Equal(t, exitRight, run(t.Context(), []string{"write", file, document}, &again, &progress))
	data, err := os.ReadFile(document)
	require.NoError(t, err)
	assert.Contains(t, string(data), "before\n<!-- accuracy: begin x -->\n## Totals\n\n|")
	assert.NotContains(t, string(data), "obsolete")
	assert.Contains(t, string(data), "receive-nil")
	assert.Contains(t, string(data), "<!-- accuracy: end -->\nafter\n")
}

func TestBadUse(t *testing.T) {
	for _, args := range [][]string{
		{}, {"walk"}, {"show"}, {"show", "no-such-file"}, {"write", "x"}, {"run", "-cases", "("}, {"run", "-no-such-flag"},
	} {
		var out, trouble bytes.Buffer
		assert.Equal(t, exitTrouble, run(t.Context(), args, &out, &trouble), args)
		assert.Contains(t, trouble.String(), "accuracy: ", args)
	}
}

// The exit code is 1 for each way in which package leak can be wrong.
func TestFaults(t *testing.T) {
	wrong := map[trial.Checker]Answer{
		trial.Check:  {Verdict: trial.Wrong, Said: "clean", Why: "a leak was missed"},
		trial.Goleak: {Verdict: trial.Right, Said: "leak"},
	}
	right := map[trial.Checker]Answer{
		trial.Check:  {Verdict: trial.Right, Said: "proven"},
		trial.Goleak: {Verdict: trial.Wrong, Said: "clean"},
	}
	kernel := func(ours Found, unproven ...string) []Kernel {
		return []Kernel{{Name: "K", Listed: true, Sites: 1, By: map[string]Found{witness.Leak: ours}, Unproven: unproven}}
	}
	for name, c := range map[string]struct {
		result Result
		want   string
	}{
		"missed":            {Result{Cases: []Case{{Name: "c", Kind: taxonomy.Leak, Answers: wrong}}}, "a leak was missed"},
		"only goleak":       {Result{Cases: []Case{{Name: "c", Kind: taxonomy.Leak, Answers: right}}}, ""},
		"kernel found":      {Result{Kernels: kernel(Found{Runs: 1, Hits: 1, Sites: 1})}, ""},
		"kernel unexpected": {Result{Kernels: kernel(Found{Unexpected: []string{"H()"}})}, "unexpected report: H()"},
		"kernel unproven":   {Result{Kernels: kernel(Found{}, "G()")}, "the bare profile proves"},
		"kernel died":       {Result{Kernels: kernel(Found{Trouble: []string{"exit 2"}})}, "no answer: exit 2"},
		"kernel may die":    {Result{Kernels: []Kernel{{Name: "K", By: map[string]Found{witness.Leak: {Trouble: []string{"exit 2"}}}}}}, ""},
		"below the bar":     {Result{Kernels: allKernels(59, 102)}, "found 59 of 63"},
		"at the bar":        {Result{Kernels: allKernels(60, 103)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			code := show(&c.result, &out)
			if c.want == "" {
				assert.Equal(t, exitRight, code, out.String())
				return
			}
			assert.Equal(t, exitWrong, code)
			assert.Contains(t, out.String(), c.want)
		})
	}
}

// allKernels returns as many kernels as GoKer has, with some of them and some of
// their sites found.
func allKernels(found, sites int) []Kernel {
	var all []Kernel
	for i := range ofKernels {
		k := Kernel{Name: "K", Listed: true, Sites: 1, By: map[string]Found{}}
		if i == 0 {
			k.Sites = ofSites - ofKernels + 1
		}
		f := Found{Runs: 1}
		if i < found {
			f.Hits = 1
		}
		if i == 0 {
			f.Sites = sites
		}
		k.By[witness.Leak] = f
		all = append(all, k)
	}
	return all
}

// The committed tables have every case and the totals of each group.
func TestWrittenTablesAreOfTheseCases(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "accuracy.md"))
	require.NoError(t, err)
	_, part, _ := strings.Cut(string(data), "<!-- "+mark+": begin")
	part, _, _ = strings.Cut(part, "<!-- "+mark+": end")
	for _, c := range taxonomy.Cases() {
		assert.Contains(t, part, "| "+c.Name+" |", "run make accuracy accuracy-readme")
	}
	for _, g := range groups {
		assert.Contains(t, part, "| "+g.title+" |", "run make accuracy accuracy-readme")
	}
}
