package hook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Process is the first line of the records of a test binary that the go command has
// started: what the driver needs to end it, and to run it again.
type Process struct {
	// ID is its number, and on Unix that of its process group.
	ID int `json:"id"`
	// Output is the number of the file or pipe that is its standard output; zero where
	// that is not known.
	Output uint64 `json:"output,omitempty"`
	// Program is a second name of the binary, which is there when the go command has
	// removed the first. Dir is the folder that it runs in, Args are its arguments, and Env
	// is what the go command has added to the environment.
	Program string   `json:"program"`
	Dir     string   `json:"dir"`
	Args    []string `json:"args"`
	Env     []string `json:"env"`
}

// given is what the driver tells this process. It is taken before any test could read it,
// or hand it on to a child.
var given = take()

// take takes the configuration out of the environment; nil where there is none.
func take() *Config {
	text, ok := os.LookupEnv(Env)
	if !ok {
		return nil
	}
	os.Unsetenv(Env)
	var c Config
	if json.Unmarshal([]byte(text), &c) != nil {
		return nil
	}
	return &c
}

// enter prepares a process that the go command has started: it makes the file of records,
// in which it describes the process, and puts the process into a group of its own. It
// returns false where the file is there already: a test has started this process, with an
// environment that it had saved early.
func (c *Config) enter(name string) bool {
	base := filepath.Join(c.Dir, name)
	c.Records = base + ".records"
	to, err := syscall.Open(c.Records, syscall.O_CREAT|syscall.O_EXCL|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return false
	}
	defer syscall.Close(to)
	if c.GoTmpDir == "" {
		os.Unsetenv("GOTMPDIR")
	} else {
		os.Setenv("GOTMPDIR", c.GoTmpDir)
	}
	ownGroup()
	p := Process{ID: os.Getpid(), Output: outputFile(), Program: base + ".test", Args: os.Args[1:]}
	p.Dir, _ = os.Getwd()
	for _, name := range []string{"GOROOT", "PATH", "PWD"} {
		p.Env = append(p.Env, name+"="+os.Getenv(name))
	}
	if program, err := os.Executable(); err != nil || !keep(program, p.Program) {
		p.Program = os.Args[0]
	}
	line, err := json.Marshal(p)
	if err != nil {
		return false
	}
	_, err = syscall.Write(to, append(line, '\n'))
	os.Args = withLast(os.Args)
	return err == nil
}

// withLast are arguments that let the last example run beside the tests that a flag
// selects.
func withLast(args []string) (more []string) {
	for _, a := range args {
		if strings.HasPrefix(a, "-test.run=") {
			a += "|^" + LastExample + "$"
		}
		more = append(more, a)
	}
	return more
}

// keep makes a second name for a file, or a copy where that is not possible.
func keep(from, to string) bool {
	return os.Link(from, to) == nil || copyFile(from, to) == nil
}

// copyFile copies a program. It does not use os.Open, see [file.write].
func copyFile(from, to string) error {
	in, err := syscall.Open(from, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(in)
	out, err := syscall.Open(to, syscall.O_CREAT|syscall.O_EXCL|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o755)
	if err != nil {
		return err
	}
	defer syscall.Close(out)
	for part := make([]byte, 1<<20); ; {
		n, err := syscall.Read(in, part)
		if n <= 0 || err != nil {
			return err
		}
		if _, err := syscall.Write(out, part[:n]); err != nil {
			return err
		}
	}
}
