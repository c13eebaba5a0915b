package leak_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// t and m stand for what a test and a TestMain are given.
var (
	t *testing.T
	m *testing.M
)

// A goroutine that waits on a nil channel is proven to be stuck, so Find does
// not wait for it.
func ExampleFind() {
	base := leak.Take()
	go func() {
		var never chan int
		<-never
	}()
	report, err := leak.Find(context.Background(), base, leak.Options{})
	fmt.Println(errors.Is(err, leak.ErrLeak))
	for _, f := range report.Findings {
		fmt.Println(f.Class, f.Count, f.State)
		fmt.Println(f.CreatedBy)
	}
	// Output:
	// true
	// proven 1 chan receive (nil chan)
	// github.com/watertight-go/watertight/leak_test.ExampleFind
}

// The first line of a test, also of a parallel one.
func ExampleCheck() {
	leak.Check(t)
	t.Parallel()
	// ...
}

// What may stay is named, each with the reason, which the report prints.
func ExampleCheck_allow() {
	leak.Check(t, leak.Options{
		Settle: time.Second,
		Allow: []leak.Allow{
			{Top: "example.com/metrics.(*Exporter).loop", Reason: "flushes until the process ends"},
			{CreatedBy: "example.com/pool.*", At: "pool/pool.go", Reason: "the pool is global"},
			{Label: "job", Value: "janitor", Reason: "ends with the server"},
		},
	})
}

// Only what is proven fails; the rest is listed as allowed.
func ExampleCheck_proven() {
	leak.Check(t, leak.Options{Fail: []leak.Class{leak.Proven}})
}

// In TestMain: what no Check has reported.
func ExampleVerifyTestMain() {
	leak.VerifyTestMain(m)
}

// In TestMain, with something to do before the exit.
func ExampleRunTests() {
	code := leak.RunTests(m)
	fmt.Println("stop the database here")
	os.Exit(code)
}

// A client that each round makes anew keeps its connection open: in one round
// that looks like any idle connection, over rounds it is a leak. With one client
// for all rounds it would be none.
func ExampleRepeat() {
	leak.Repeat(t, func(t testing.TB) {
		server := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(server.Close) // at the end of the round
		client := &http.Client{Transport: &http.Transport{}}
		response, err := client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		io.Copy(io.Discard, response.Body)
	})
}

// Without a test: a history that only grows.
func ExampleRounds() {
	var history []*[256]byte
	report, err := leak.Rounds(context.Background(), func(context.Context) error {
		history = append(history, new([256]byte))
		return nil
	})
	fmt.Println(errors.Is(err, leak.ErrLeak))
	fmt.Println(report.Verdict)
	fmt.Println("goroutines:", report.Goroutines.Verdict)
	fmt.Println("heap:", report.Heap.Verdict)
	fmt.Println(len(history) == report.WarmUp+report.Rounds)
	// Output:
	// true
	// leak
	// goroutines: clean
	// heap: leak
	// true
}

// The calls of goleak on the left, what replaces them on the right.
func Example_comingFromGoleak() {
	// defer goleak.VerifyNone(t)
	leak.Check(t)
	// goleak.VerifyTestMain(m)
	leak.VerifyTestMain(m)
	// ignore := goleak.IgnoreCurrent(); ...; err := goleak.Find(ignore)
	base := leak.Take()
	_, err := leak.Find(context.Background(), base)
	fmt.Println(err)
	// goleak.IgnoreTopFunction("example.com/x.F")
	leak.Check(t, leak.Options{Allow: []leak.Allow{{Top: "example.com/x.F", Reason: "why"}}})
	// goleak.IgnoreAnyFunction("example.com/x.F")
	leak.Check(t, leak.Options{Allow: []leak.Allow{{Func: "example.com/x.F", Reason: "why"}}})
	// goleak.Cleanup(func(code int) { stop(); os.Exit(code) })
	code := leak.RunTests(m)
	os.Exit(code)
}
