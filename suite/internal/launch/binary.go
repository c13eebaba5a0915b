package launch

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// Binary is a test binary that ran, as the hook describes it in the first line of its
// records: hook.Process.
type Binary struct {
	// ID is the number of its process, and on Unix of its process group. Output is that of
	// the file or pipe that was its standard output; zero where it is not known.
	ID     int    `json:"id"`
	Output uint64 `json:"output"`
	// Program is another name of the binary, Dir the folder that it ran in, Args its
	// arguments, and Env what the go command added to the environment.
	Program string   `json:"program"`
	Dir     string   `json:"dir"`
	Args    []string `json:"args"`
	Env     []string `json:"env"`
}

const ending = ".records"

// Records is the file of records in a folder, from the package's engine.Key.
func Records(dir, key string) string { return filepath.Join(dir, key+ending) }

// LastExample is hook.LastExample, which searches for what is left after all tests.
const LastExample = "ExampleWatertightLast"

// readBinary reads the first line of a file of records; nil where it has none yet.
func readBinary(file string) *Binary {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadBytes('\n')
	if err != nil {
		return nil
	}
	return ParseBinary(line)
}

// ParseBinary reads the first line of a file of records; nil where it is none.
func ParseBinary(line []byte) *Binary {
	var b Binary
	if json.Unmarshal(line, &b) != nil || b.Program == "" || b.ID <= 1 {
		return nil
	}
	return &b
}

// running are the test binaries whose files of records are in a folder.
func running(dir string) (all []*Binary) {
	files, _ := filepath.Glob(filepath.Join(dir, "*"+ending))
	for _, file := range files {
		if b := readBinary(file); b != nil {
			all = append(all, b)
		}
	}
	return all
}

// Again is how a binary runs again.
type Again struct {
	// Flags are those of package testing that say what runs, beside those of the first
	// run that do not.
	Flags []string
	// Env is added to its environment.
	Env []string
	// Hook is what the hook is told; nil for a run without a check.
	Hook *Hook
	// Deadline is how long it may run.
	Deadline time.Duration
	// Temp is a folder that is removed should this program be killed.
	Temp string
}

// Again runs a binary again, and ends what it leaves running.
func (b Binary) Again(ctx context.Context, a Again) (child.Result, error) {
	o := order{Role: repeater, Dir: a.Temp, Hook: a.Hook}
	args := append([]string{b.Program}, keptFlags(b.Args)...)
	return child.Run(ctx, child.Spec{
		Dir: b.Dir, Env: slices.Concat(b.Env, a.Env, []string{o.env()}), Deadline: a.Deadline, Args: insertFlags(args, a.Flags),
	})
}

// insertFlags puts flags before the arguments that are the tests' own.
func insertFlags(args, flags []string) []string {
	return append(append(args[:1:1], flags...), args[1:]...)
}

// keptFlags are the arguments of the first run without the flags of package testing that
// say what runs and where its output goes.
func keptFlags(args []string) (kept []string) {
	for _, a := range args {
		name, _, _ := strings.Cut(a, "=")
		switch name {
		case "-test.run", "-test.skip", "-test.count", "-test.cpu", "-test.v", "-test.fullpath", "-test.timeout", "-test.shuffle",
			"-test.coverprofile", "-test.gocoverdir", "-test.testlogfile", "-test.failfast":
		default:
			kept = append(kept, a)
		}
	}
	return kept
}
