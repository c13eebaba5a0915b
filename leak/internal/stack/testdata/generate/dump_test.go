// These files make the dumps beside them. They are run by hand with each Go
// version, outside of the module, whose go line the older ones do not take:
//
//	cp -r testdata/generate /tmp/generate && cd /tmp/generate
//	GO111MODULE=off GOTOOLCHAIN=go1.27.4 DUMPS=$OLDPWD/testdata go test -run TestWrite -count=1 .
//
// Go 1.24 needs GOEXPERIMENT=synctest too. It takes a little over a minute, so
// that one goroutine has waited that long. What each run prints, such as which
// goroutine happens to be running, differs a little from the run before.
package generate

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestWrite writes the dumps into the folder DUMPS.
func TestWrite(t *testing.T) {
	folder := os.Getenv("DUMPS")
	if folder == "" {
		t.Skip("DUMPS is not set")
	}
	version := strings.Join(strings.Split(runtime.Version(), ".")[:2], ".")
	for name, settings := range map[string][]string{
		"stack":  {"GODEBUG=tracebacklabels=1,tracebackancestors=5"},
		"plain":  {"GODEBUG=tracebacklabels=0"},
		"bubble": {"GODEBUG=tracebacklabels=1,asynctimerchan=0"},
		"crash":  {"GOTRACEBACK=system"},
		"fatal":  {"GOTRACEBACK=all"},
		"quit":   {"GOTRACEBACK=crash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := exec.Command(os.Args[0], "-test.run=^TestMake$")
			child.Env = append(os.Environ(), append(settings, "MAKE="+name)...)
			out, _ := child.CombinedOutput()
			write(t, filepath.Join(folder, version+"-"+name+".txt"), out)
		})
	}
	t.Run("cgo", func(t *testing.T) {
		t.Parallel()
		binary := filepath.Join(t.TempDir(), "cgo")
		build := exec.Command("go", "build", "-o", binary, "./cgo")
		build.Env = append(os.Environ(), "CGO_ENABLED=1")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		child := exec.Command(binary)
		child.Env = append(os.Environ(), "GOTRACEBACK=all")
		out, _ := child.CombinedOutput()
		write(t, filepath.Join(folder, version+"-cgo.txt"), out)
	})
}

func write(t *testing.T, file string, out []byte) {
	if err := os.WriteFile(file, scrub(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

// scrub takes this machine's paths out.
func scrub(out []byte) []byte {
	dir, _ := os.Getwd()
	text := strings.ReplaceAll(string(out), dir, "/src/generate")
	return []byte(strings.ReplaceAll(text, runtime.GOROOT(), "/usr/local/go"))
}

// TestMake prints one dump. It is the child's part.
func TestMake(t *testing.T) {
	switch os.Getenv("MAKE") {
	case "stack":
		plant()
		time.Sleep(50 * time.Millisecond)
		// The runtime notes since when a goroutine waits when it scans its stack.
		runtime.GC()
		time.Sleep(65 * time.Second)
		if p := pprof.Lookup("goroutineleak"); p != nil {
			p.WriteTo(io.Discard, 0)
		}
		print()
	case "plain":
		plant()
		time.Sleep(50 * time.Millisecond)
		print()
	case "bubble":
		bubble(t, func(wait func()) {
			label("bubbled", "yes")
			ch, done := make(chan int), make(chan int)
			go func() { <-ch }()
			go func() { <-done; time.Sleep(time.Second) }()
			go func() { time.Sleep(time.Second) }()
			var wg sync.WaitGroup
			wg.Add(1)
			go wg.Wait()
			wait()
			print()
			close(ch)
			close(done)
			wg.Done()
		})
	case "crash":
		plant()
		go spin()
		time.Sleep(50 * time.Millisecond)
		panic("on purpose")
	case "quit":
		plant()
		time.Sleep(50 * time.Millisecond)
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		time.Sleep(10 * time.Second)
	case "fatal":
		plant()
		time.Sleep(50 * time.Millisecond)
		m := map[int]int{}
		for range 4 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		time.Sleep(10 * time.Second)
	}
}

func print() {
	buf := make([]byte, 4<<20)
	os.Stdout.Write(buf[:runtime.Stack(buf, true)])
}

func label(key, value string) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(key, value)))
}

var held = make(chan int)

type node[T any] struct{ next *T }

func (n *node[T]) wait(c chan T) { <-c }

// plant starts one goroutine of each kind.
func plant() {
	go func() { var c chan int; <-c }()
	go func() { var c chan int; c <- 1 }()
	go func() { select {} }()
	go func() { <-make(chan int) }()
	go func() { held <- 1 }()
	go func() {
		select {
		case <-make(chan int):
		case <-make(chan bool):
		}
	}()
	go (&node[[2]string]{}).wait(make(chan [2]string))
	go func() { runtime.LockOSThread(); time.Sleep(time.Hour) }()
	go func() { label("plain", "Z"); time.Sleep(time.Hour) }()
	go func() { label(`o]dd: "key"`, "a, b}:\n\xff\u00e9\U0001f600"); time.Sleep(time.Hour) }()
	go func() { label("", ""); time.Sleep(time.Hour) }()
	go oddPaths()
	go deep(200)
	go func() { go func() { go func() { time.Sleep(time.Hour) }() }() }()
	var mu sync.Mutex
	mu.Lock()
	go mu.Lock()
	var rw sync.RWMutex
	rw.Lock()
	go rw.RLock()
	go sync.NewCond(new(locker)).Wait()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		go listener.Accept()
	}
	time.AfterFunc(0, func() { select {} })
	go func() {
		defer func() { recover(); select {} }()
		defer func() { select {} }()
		panic("held in a deferred call")
	}()
}

type locker struct{}

func (*locker) Lock()   {}
func (*locker) Unlock() {}

func deep(n int) {
	if n == 0 {
		time.Sleep(time.Hour)
	}
	deep(n - 1)
}

func spin() {
	for {
	}
}

// oddPaths stands in files whose names are hard to read. It comes last, since
// line directives hold to the end of the file.
func oddPaths() {
	var none chan int
	go func() {
//line C:\Users\Jo Doe\a b.go:12
		<-none
	}()
//line /odd:7/é +0x1 (x).go:13
	go func(c chan int) {
//line ☃:99.go:14
		c <- 1
	}(none)
//line /in goroutine 7/x.go:15
	<-none
}
