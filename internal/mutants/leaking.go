package mutants

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// leaking are about what stays behind.
func leaking() []Mutant {
	return []Mutant{
		{
			Name:    "collector-left",
			Defect:  "starts a collector that ranges over a channel which nobody closes",
			Caught:  Catch{"normal", executor.LeavesNothing},
			Related: Related{executor.BoundsStuck: "the collector is in no agent's call"},
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				events := make(chan string)
				go func() {
					for range events {
					}
				}()
				return fanout.Begin(ctx, c, agents)
			}}),
		},
		{
			Name:    "pool-not-closed",
			Defect:  "makes a pool of workers for each call, and does not end it",
			Seen:    "https://github.com/panjf2000/ants/issues/263",
			Caught:  Catch{"normal", executor.LeavesNothing},
			Related: Related{executor.BoundsStuck: "the workers are in no agent's call"},
			New: part(fanout.Parts{Spread: func(_ context.Context, n, limit int, task func(int) error) {
				if limit == 0 {
					limit = n
				}
				jobs := make(chan int)
				var wg sync.WaitGroup
				wg.Add(n)
				for range limit {
					go func() {
						for i := range jobs {
							_ = task(i)
							wg.Done()
						}
					}()
				}
				for i := range n {
					jobs <- i
				}
				wg.Wait()
			}}),
		},
		{
			Name:    "body-left-open",
			Defect:  "asks a registry for the agents' settings over HTTP and does not close the response's body",
			Seen:    "https://github.com/openai/openai-go/pull/387",
			Caught:  Catch{"normal", executor.LeavesNothing},
			Related: Related{executor.BoundsStuck: "the connection's goroutines are in no agent's call"},
			New: parts(func(executor.Config) fanout.Parts {
				client := &http.Client{Transport: &http.Transport{DialContext: dialRegistry}}
				return fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
					_, _ = client.Get("http://registry/settings")
					return fanout.Begin(ctx, c, agents)
				}}
			}),
		},
		{
			Name:   "retention",
			Defect: "keeps every response in a log that belongs to the package",
			Seen:   "https://github.com/panjf2000/ants/issues/113",
			Caught: Catch{"retention", executor.LeavesNothing},
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				fanout.Book(c, i, a)
				logged.Lock()
				defer logged.Unlock()
				logged.answers = append(logged.answers, a)
			}}),
		},
	}
}

// logged is the log of retention.
var logged struct {
	sync.Mutex
	answers []fanout.Answer
}

// dialRegistry connects to a registry in this process, which answers the first
// request with the beginning of a long body and reads on until the connection
// is closed.
func dialRegistry(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		defer there.Close()
		request := make([]byte, 4096)
		if _, err := there.Read(request); err != nil {
			return
		}
		if _, err := io.WriteString(there, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsettings:"); err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, there)
	}()
	return here, nil
}
