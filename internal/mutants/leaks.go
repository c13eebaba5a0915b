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

// leaks are mutants that leave something behind: goroutines, connections or memory.
var leaks = []Mutant{
	{
		Name:    "collector-left",
		Defect:  "starts a goroutine that ranges over a channel which is never closed",
		Caught:  Catch{"normal", executor.LeavesNothing},
		Related: Related{executor.BoundsStuck: "the goroutine belongs to no agent"},
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			events := make(chan string)
			go func() {
				for range events {
				}
			}()
			return fanout.CallContext(ctx, c, agents)
		}}),
	},
	{
		Name:    "pool-not-closed",
		Defect:  "makes a pool of workers for each call, and does not stop them",
		Seen:    "https://github.com/panjf2000/ants/issues/263",
		Caught:  Catch{"normal", executor.LeavesNothing},
		Related: Related{executor.BoundsStuck: "the workers belong to no agent"},
		New: part(fanout.Parts{RunAll: func(_ context.Context, n, limit int, task func(int) error) {
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
		Defect:  "makes an HTTP request for the agents' settings, and does not close the response body",
		Seen:    "https://github.com/openai/openai-go/pull/387",
		Caught:  Catch{"normal", executor.LeavesNothing},
		Related: Related{executor.BoundsStuck: "the connection's goroutines belong to no agent"},
		New: parts(func(executor.Config) fanout.Parts {
			client := &http.Client{Transport: &http.Transport{DialContext: dialRegistry}}
			return fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				_, _ = client.Get("http://registry/settings")
				return fanout.CallContext(ctx, c, agents)
			}}
		}),
	},
	{
		Name:   "retention",
		Defect: "keeps every response in a package-level log",
		Seen:   "https://github.com/panjf2000/ants/issues/113",
		Caught: Catch{"retention", executor.LeavesNothing},
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			fanout.Record(c, i, a)
			logged.Lock()
			defer logged.Unlock()
			logged.answers = append(logged.answers, a)
		}}),
	},
}

// logged is the log of the mutant retention.
var logged struct {
	sync.Mutex
	answers []fanout.Answer
}

// dialRegistry connects to a server in this process. The server answers the first
// request with the beginning of a long body, and then reads until the connection
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
