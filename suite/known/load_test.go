package known

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const good = "package: example.com/m, entry: m.work, createdBy: m.Start, until: 2027-01-01, reason: r"

// Every mistake is one sentence with its line.
func TestLoadRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"unknown key":       {"leaks:\n- package: p\n  reasn: x\n", `:3: unknown key "reasn" (did you mean reason?)`},
		"unknown top key":   {"leaks: []\nversion: 2\n", `:2: unknown key "version", want one of leaks`},
		"wrong date":        {"leaks:\n- package: p\n  until: soon\n", `:3: until: got "soon", want a day such as 2027-03-31`},
		"no such day":       {"leaks:\n- package: p\n  until: 2027-02-30\n", `:3: until: got "2027-02-30"`},
		"a time, not a day": {"leaks:\n- package: p\n  until: 2027-02-03T10:00:00Z\n", `:3: until: got "2027-02-03T10:00:00Z"`},
		"no date":           {"leaks:\n- {package: p, entry: e, reason: r}\n", ":2: until: got none"},
		"no package":        {"leaks:\n- {entry: e, until: 2027-01-01}\n", ":2: package: got none"},
		"no place":          {"leaks:\n- {package: p, until: 2027-01-01}\n", ":2: entry: got none"},
		"two places":        {"leaks:\n- {package: p, entry: e, program: sleep, until: 2027-01-01}\n", ":2: got more than one of functions, program and grows"},
		"duplicate":         {"leaks:\n- {" + good + "}\n\n- {" + good + "}\n", ":4: the leak of any test in example.com/m is in the list twice, first in line 2"},
		"duplicate test":    {"leaks:\n- {" + good + ", tests: [A, B]}\n- {" + good + ", tests: [C, B]}\n", ":3: the leak of B in example.com/m is in the list twice, first in line 2"},
		"key twice":         {"leaks:\n- package: p\n  package: q\n", ":3: package: comes twice"},
		"wrong pattern":     {"leaks:\n- {" + good + ", tests: [\"Test[\"]}\n", `:2: tests: got "Test[", want a name or a pattern`},
		"a list for text":   {"leaks:\n- {package: [a]}\n", ":2: package: got a list"},
		"unknown growth":    {"leaks:\n- {package: p, grows: memory, until: 2027-01-01}\n", `:2: grows: got "memory", want one of goroutines, heap`},
		"no list":           {"leaks: yes\n", ":1: leaks: want a list"},
		"no mapping":        {"just text\n", ":1: got \"just text\", want keys with values"},
		"entry is text":     {"leaks:\n- TestPool\n", ":2: got \"TestPool\", want keys with values"},
		"no YAML":           {"leaks:\n- a: b: c\n", ":2: mapping values are not allowed"},
		"two documents":     {"leaks: []\n---\nleaks: []\n", ":2: got a second document"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "leaks.yaml")
			require.NoError(t, os.WriteFile(file, []byte(tt.text), 0o644))
			_, err := Load(file)
			require.ErrorContains(t, err, file+tt.want)
		})
	}
}

// All mistakes are told at once.
func TestLoadTellsAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "leaks.yaml")
	require.NoError(t, os.WriteFile(file, []byte("leaks:\n- reasn: x\n- until: soon\n"), 0o644))
	_, err := Load(file)
	require.ErrorContains(t, err, ":2: ")
	require.ErrorContains(t, err, ":3: ")
}

// Lists without entries, and ways to write one.
func TestLoadAccepts(t *testing.T) {
	for name, tt := range map[string]struct {
		text    string
		entries int
	}{
		"empty file":              {"", 0},
		"comments alone":          {"# nothing yet\n", 0},
		"no entries":              {"leaks:\n", 0},
		"empty list":              {"leaks: []\n", 0},
		"one test without list":   {"leaks:\n- {" + good + ", tests: TestA}\n", 1},
		"alias":                   {"leaks:\n- {" + good + ", at: &a pool.go:3, tests: A}\n- {" + good + ", at: *a, tests: B}\n", 2},
		"one leak on two systems": {"leaks:\n- {" + good + ", os: linux}\n- {" + good + ", os: darwin}\n", 2},
	} {
		t.Run(name, func(t *testing.T) { require.Len(t, list(t, tt.text).Entries, tt.entries) })
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(pool)
	f.Add("leaks: &a\n- *a\n")
	f.Add("leaks:\n- ? [a]\n  : b\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "leaks.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		if l, err := Load(file); err == nil {
			if _, err := l.Update(result(), today); err == nil {
				_, err = Load(file)
				require.NoError(t, err)
			}
		}
	})
}
