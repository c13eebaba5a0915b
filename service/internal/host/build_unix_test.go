//go:build unix

package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/poll"
	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/profiles"
)

// service is a main package that is hard to add to: its names are those of packages, its
// own patterns of the default mux conflict with those of net/http/pprof, and it lists what
// it got.
const service = `package main

import (
	h "net/http"
	stdos "os"
	"fmt"
)

var trace, pprof, net, http, time, fmt_, strings = 1, 2, 3, 4, 5, 6, 7

func os() {}
func len(int) {}
func max() {}
type any struct{}

var kept [][]byte

//go:noinline
func keep() { kept = append(kept, make([]byte, 1<<20)) }

func init() { keep() }

func main() {
	h.HandleFunc("/{debug}/pprof/", func(w h.ResponseWriter, r *h.Request) { fmt.Fprint(w, "own") })
	_, set := stdos.LookupEnv("WATERTIGHT_PPROF")
	fmt.Println("variable left:", set)
	panic(h.ListenAndServe(stdos.Getenv("ADDR"), nil))
}
`

// moduleOf writes files, of an archive, into a new folder.
func moduleOf(t *testing.T, archive string) trees.Tree {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, archive)
	return trees.Tree{Dir: dir, Root: dir, InPlace: true}
}

func write(t *testing.T, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		file := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, f.Data, 0o644))
	}
}

// run starts what was built, and reads a profile of each kind.
func run(t *testing.T, p Program, temp string) {
	t.Helper()
	addr, err := FreeAddr()
	require.NoError(t, err)
	p.Env = append(p.Env, "ADDR="+addr)
	process := mustStart(t, Spec{Program: p, Temp: temp, Addr: addr, ReadyWithin: patience})
	server, err := poll.New(p.Pprof, p.Transport)
	require.NoError(t, err)
	defer server.Close()
	heap, err := server.Profile(t.Context(), profiles.Heap)
	require.NoError(t, err)
	require.Contains(t, functions(heap), "main.keep")
	require.Contains(t, functions(heap), "main.init.0", "as the compiler calls it without a file more")
	goroutines, err := server.Profile(t.Context(), profiles.Goroutine)
	require.NoError(t, err)
	require.Contains(t, functions(goroutines), "main.main")
	stacks, err := server.Stacks(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(stacks), "created by ")
	trace, err := server.Trace(t.Context(), 1)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(trace), "go 1."))
	_, err = server.Profile(t.Context(), "nothing")
	require.ErrorIs(t, err, poll.ErrMissing)
	require.Contains(t, process.Stop().Log, "variable left: false")
	require.NoFileExists(t, p.socket.path)
	if p.socket.dir != "" {
		require.NoDirExists(t, p.socket.dir)
	}
}

// functions are those of a profile.
func functions(p *profiles.Profile) map[string]bool {
	all := map[string]bool{}
	for _, s := range p.Samples() {
		for _, f := range s.Stack {
			all[f.Function] = true
		}
	}
	return all
}

func TestBuild(t *testing.T) {
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	for name, tt := range map[string]struct {
		archive, pkg string
		flags        []string
	}{
		"old":       {"-- go.mod --\nmodule example.com/m\n\ngo 1.12\n-- main.go --\n" + service, "", nil},
		"import":    {"-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- cmd/x/main.go --\n" + service, "example.com/m/cmd/x", []string{"-tags=a", "-ldflags=-s -w"}},
		"nested":    {"-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- tools/x/go.mod --\nmodule example.com/x\n\ngo 1.26\n-- tools/x/cmd/main.go --\n" + service, "tools/x/cmd", nil},
		"workspace": {"-- go.work --\ngo 1.26\n\nuse ./a\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.26\n-- a/main.go --\n" + service, "./a", nil},
		"vendor":    {vendored + service, ".", nil},
		"cgo":       {"-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- c.go --\npackage main\n\n// int one(void) { return 1; }\nimport \"C\"\n\nvar one = C.one()\n-- main.go --\n" + service, "./", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath("gcc"); name == "cgo" && err != nil {
				t.Skip("there is no C compiler")
			}
			temp := t.TempDir()
			if name == "old" {
				temp = long
				require.NoError(t, os.Mkdir(temp, 0o700))
			}
			tree := moduleOf(t, tt.archive)
			before := listing(t, tree.Dir)
			p, err := Build(t.Context(), BuildSpec{Tree: tree, Package: tt.pkg, Flags: tt.flags, Temp: temp, Name: "before"})
			require.NoError(t, err)
			require.Equal(t, before, listing(t, tree.Dir), "nothing is written into the tree")
			run(t, p, temp)
		})
	}
}

// vendored is a module with a dependency that only its vendor folder has.
const vendored = `-- go.mod --
module example.com/m

go 1.26

require example.com/dep v1.0.0
-- vendor/modules.txt --
# example.com/dep v1.0.0
## explicit; go 1.26
example.com/dep
-- vendor/example.com/dep/dep.go --
package dep
-- dep.go --
package main

import _ "example.com/dep"
-- main.go --
`

// listing are the files of a folder.
func listing(t *testing.T, dir string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		all = append(all, name)
		return err
	}))
	return all
}
