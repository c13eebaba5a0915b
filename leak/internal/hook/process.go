package hook

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"syscall"
)

// Process is the first line of the records of a test binary that the go command has
// started: what the driver needs to end it, and to run it again.
type Process struct {
	// ID is its number, and on Unix that of its process group. Parent is the number of the
	// process that has started it.
	ID     int `json:"id"`
	Parent int `json:"parent"`
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

// given is what the driver tells this process; nil where it tells nothing. GOTMPDIR is the
// user's again, where package testing and the tests have not looked at it yet.
var given = take()

func take() *Config {
	text, ok := os.LookupEnv(Env)
	if !ok {
		return nil
	}
	c, err := readConfig(text)
	if err != nil {
		return nil
	}
	switch {
	case c.Dir == "" || os.Getenv("GOTMPDIR") != c.Dir:
	case c.GoTmpDir == "":
		os.Unsetenv("GOTMPDIR")
	default:
		os.Setenv("GOTMPDIR", c.GoTmpDir)
	}
	return c
}

// enter makes the file of records of a process that the go command has started, describes
// the process in it, and puts it into a process group of its own, in this order: one whose
// number the driver does not know stays in the go command's. It returns false in a child
// of such a process, which has the same environment.
func (c *Config) enter(name string) bool {
	base := filepath.Join(c.Dir, name)
	c.Records = base + ".records"
	flags := syscall.O_CREAT | syscall.O_EXCL
	switch old := readProcess(c.Records); {
	case old == nil:
	case old.ID == os.Getpid():
		return true // the program has been replaced by itself (exec)
	case old.Parent == os.Getpid():
		flags = syscall.O_TRUNC // a child ran before this process came here
	}
	to, err := syscall.Open(c.Records, flags|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return false
	}
	defer syscall.Close(to)
	p := Process{ID: os.Getpid(), Parent: os.Getppid(), Output: outputFile(), Program: base + ".test", Args: os.Args[1:]}
	p.Dir, _ = os.Getwd()
	for _, name := range []string{"GOROOT", "PATH", "PWD"} {
		p.Env = append(p.Env, name+"="+os.Getenv(name))
	}
	line := append(encode(nil, reflect.ValueOf(p)), '\n')
	if n, err := syscall.Write(to, line); err != nil || n < len(line) {
		return false
	}
	ownGroup()
	if program, err := os.Executable(); err == nil {
		keep(program, p.Program)
	}
	return true
}

// readProcess reads the numbers that the first line of a file of records begins with; nil
// where there is none.
func readProcess(file string) *Process {
	from, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(from)
	text := make([]byte, 64)
	n, err := syscall.Read(from, text)
	if err != nil || n <= 0 {
		return nil
	}
	line, _, _ := bytes.Cut(text[:n], []byte("\n"))
	numbers := bytes.FieldsFunc(line, func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) < 2 {
		return nil
	}
	var p Process
	p.ID, _ = strconv.Atoi(string(numbers[0]))
	p.Parent, _ = strconv.Atoi(string(numbers[1]))
	return &p
}

// keep makes a second name for a file, or a copy where that is not possible.
func keep(from, to string) {
	if os.Link(from, to) != nil {
		_ = copyFile(from, to)
	}
}

// copyFile copies a program. It leaves no part of one. It does not use os.Open, see
// [file.write].
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
		if n == 0 && err == nil {
			return nil
		}
		written := 0
		if err == nil {
			written, err = syscall.Write(out, part[:n])
		}
		if err != nil || written < n {
			_ = os.Remove(to)
			return cmp.Or(err, io.ErrShortWrite)
		}
	}
}
