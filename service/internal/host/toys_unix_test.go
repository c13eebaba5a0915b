//go:build unix

package host

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/internal/child/childtest"
	"github.com/watertight-go/watertight/internal/trees"
)

const (
	// toyVariable makes this test binary a service of that name, and parentVariable a
	// program that hosts that one.
	toyVariable    = "HOST_TEST_TOY"
	parentVariable = "HOST_TEST_PARENT"
	// pidVariable names the file in which processes note their numbers, addrVariable is
	// where a service listens.
	pidVariable  = "HOST_TEST_PID"
	addrVariable = "HOST_TEST_ADDR"
	// tempVariable is the folder of a parent. treeVariable is what it builds, and
	// toolVariable what it has the go command run for each compilation.
	tempVariable = "HOST_TEST_TEMP"
	treeVariable = "HOST_TEST_TREE"
	toolVariable = "HOST_TEST_TOOL"
)

// TestMain is the main function of the supervisor and of the toys as well.
func TestMain(m *testing.M) {
	if code, ok := Main(); ok {
		os.Exit(code)
	}
	if toy, ok := os.LookupEnv(parentVariable); ok {
		os.Unsetenv(parentVariable)
		host(toy)
	}
	if toy, ok := os.LookupEnv(toyVariable); ok {
		note()
		toys[toy]()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// toys are services with one fault each.
var toys = map[string]func(){
	"good": func() { told := notify(); fmt.Println("hello"); listen(nil); await(told) },
	"exits": func() {
		fmt.Fprintln(os.Stderr, "reading its configuration\nno such table: users")
		os.Exit(3)
	},
	"leaves":    func() { keep("sleeper", nil) },
	"silent":    func() { fmt.Println("connecting to the database"); note(); forEver() },
	"mute":      func() { accept(func(net.Conn) { forEver() }); forEver() },
	"panics":    func() { listen(func() { go panic("planted\nin two lines") }); forEver() },
	"fatal":     func() { listen(func() { go deadlyWrites() }); forEver() },
	"overflows": func() { debug.SetMaxStack(1 << 20); listen(func() { go overflow(1) }); forEver() },
	"nil":       func() { listen(func() { go func() { var s *http.Server; s.Addr = "" }() }); forEver() },
	"recovers":  func() { told := notify(); listen(func() { panic("planted") }); await(told) },
	"exits-two": func() { listen(func() { fmt.Println("bad flag"); os.Exit(2) }); forEver() },
	"killed":    func() { listen(func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }); forEver() },
	"stubborn":  func() { signal.Ignore(syscall.SIGTERM); listen(nil); forEver() },
	"floods":    func() { told := notify(); flood(); listen(nil); await(told) },
	"forks": func() {
		told := notify()
		keep("sleeper", nil)
		keep("sleeper", &syscall.SysProcAttr{Setsid: true})
		_ = keep("forker", nil).Wait()
		childtest.Await(&testing.T{}, os.Getenv(pidVariable), 5)
		listen(nil)
		await(told)
	},
	"forker":  func() { keep("sleeper", &syscall.SysProcAttr{Setsid: true}) },
	"sleeper": func() { forEver() },
	"files": func() {
		told := notify()
		var limit syscall.Rlimit
		_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
		fmt.Println("limit", limit.Cur, limit.Max)
		listen(func() {
			f, _ := os.Open(os.DevNull)
			opened.Store(f, true) // no garbage collection closes it
		})
		await(told)
	},
	"environment": func() {
		told := notify()
		fmt.Println(os.Getenv("GODEBUG"), os.Getenv("PWD"), os.Getenv(variable))
		listen(nil)
		await(told)
	},
}

var opened sync.Map

// listen listens, and does something for each request.
func listen(do func()) {
	l, err := net.Listen("tcp", os.Getenv(addrVariable))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if do != nil {
				do()
			}
		}))
	}()
}

// accept takes connections and does something with each.
func accept(do func(net.Conn)) {
	l, err := net.Listen("tcp", os.Getenv(addrVariable))
	if err != nil {
		os.Exit(1)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go do(c)
		}
	}()
}

func forEver() { time.Sleep(time.Hour) }

// notify keeps SIGTERM from ending the process, and await waits for it. The first one comes
// before the service is ready.
func notify() <-chan os.Signal {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	return told
}

func await(told <-chan os.Signal) { fmt.Println("told to end by", <-told) }

// deadlyWrites end the process by a fatal error of the runtime.
func deadlyWrites() {
	m := map[int]int{}
	for range 8 {
		go func() {
			for i := 0; ; i++ {
				m[i%100] = i
			}
		}()
	}
}

// overflow ends the process by another one.
//
//go:noinline
func overflow(n int) int {
	if n < 0 {
		return n
	}
	return overflow(n+1) + n
}

// floodSize is how much the toy writes, beside a line of 16 MiB.
const floodSize = 64 << 20

func flood() {
	line := strings.Repeat("x", 99) + "\n"
	chunk := strings.Repeat(line, 1000)
	for n := 0; n < floodSize; n += len(chunk) {
		_, _ = os.Stdout.WriteString(chunk)
	}
	_, _ = os.Stdout.WriteString(strings.Repeat("y", 16<<20) + "\nlast words\n")
}

// keep starts a toy.
func keep(toy string, how *syscall.SysProcAttr) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), toyVariable+"="+toy)
	cmd.SysProcAttr = how
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	return cmd
}

func note() {
	if file := os.Getenv(pidVariable); file != "" {
		if err := childtest.Note(file, os.Getpid()); err != nil {
			panic(err)
		}
	}
}

// host is a program that starts a toy and works on until it is told to end.
func host(toy string) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	note()
	if toy == "build" {
		_, err := Build(ctx, BuildSpec{Tree: trees.Tree{Dir: os.Getenv(treeVariable)}, Temp: os.Getenv(tempVariable), Name: "x", Flags: []string{"-toolexec=" + os.Getenv(toolVariable)}})
		fmt.Println(err)
		os.Exit(1)
	}
	addr, err := FreeAddr()
	if err != nil {
		panic(err)
	}
	p, err := Start(ctx, Spec{Temp: os.Getenv(tempVariable), Addr: addr, Program: Program{
		Path: os.Args[0], Env: []string{toyVariable + "=" + toy, addrVariable + "=" + addr},
	}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready")
	<-ctx.Done()
	fmt.Println(p.Stop().Sentence)
	os.Exit(0)
}
