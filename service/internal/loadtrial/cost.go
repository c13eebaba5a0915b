package loadtrial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/service/load"
)

// BarOfCores is how much of a processor the load may take at DefaultCost.
const BarOfCores = 0.5

// CostSpec is a load whose cost is measured.
type CostSpec struct {
	Rate     float64
	For      time.Duration
	Protocol load.Protocol
}

// DefaultCost is 2,000 requests a second for 5 s.
var DefaultCost = CostSpec{Rate: 2000, For: 5 * time.Second}

// Cost is what a load took.
type Cost struct {
	// Processor is the time of all processors that the load's process used, in user and in
	// system mode, with its start.
	Processor time.Duration
	// Rate is how many requests a second were to start. A busy machine starts them later.
	Rate float64
	// Load is what it saw.
	Load load.Result
}

// Cores is how many processors it kept busy.
func (c Cost) Cores() float64 { return c.PerRequest().Seconds() * c.Rate }

// PerRequest is the processor time of one request.
func (c Cost) PerRequest() time.Duration { return c.Processor / time.Duration(max(c.Load.Sent, 1)) }

// Write writes the result.
func (c Cost) Write(w io.Writer) {
	fmt.Fprintf(w, "%d requests in %s took %s of processor time, %s each\n", c.Load.Sent, c.Load.Took.Round(time.Millisecond), c.Processor.Round(time.Millisecond), c.PerRequest())
	for _, seen := range c.Load.Clients {
		fmt.Fprintf(w, "answered %d, p50 %s, p99 %s, max %s, the latest start was %s late\n", seen.Answered, shown(seen.Latency.P50), shown(seen.Latency.P99), shown(seen.Latency.Max), shown(c.Load.Late))
	}
}

// The variable of the processes that Measure starts: "server", or the options of the load.
const roleVariable = "WATERTIGHT_LOADTRIAL"

// Measure runs the load in one process and a service in another. The program has called
// Child first.
func Measure(ctx context.Context, s CostSpec) (Cost, error) {
	w, err := child.StartWorker(ctx, child.Spec{Env: []string{roleVariable + "=server"}, Ready: 10 * time.Second, Deadline: 10 * time.Second})
	if err != nil {
		return Cost{}, err
	}
	defer w.Stop()
	var url string
	if died, err := w.Ask(ctx, struct{}{}, &url); err != nil || died != nil {
		return Cost{}, errors.Join(errors.New("loadtrial: the service did not start"), err)
	}
	o := options(url, Spec{Rate: s.Rate, For: s.For})
	o.Request.Protocol = s.Protocol
	job, err := json.Marshal(o)
	if err != nil {
		return Cost{}, err
	}
	r, err := child.Run(ctx, child.Spec{Env: []string{roleVariable + "=" + string(job)}, Deadline: s.For + time.Minute})
	if err != nil {
		return Cost{}, err
	}
	out := Cost{Rate: s.Rate, Processor: r.State.UserTime() + r.State.SystemTime()}
	if err := json.Unmarshal([]byte(r.Output), &out.Load); err != nil {
		return out, fmt.Errorf("loadtrial: the load ended with %v: %s", r.State, r.Output)
	}
	return out, complete(out.Load)
}

// Child does the work of a process that Measure started, and does not return there. In all
// other processes it does nothing.
func Child() {
	role, ok := os.LookupEnv(roleVariable)
	switch {
	case !ok:
	case role == "server":
		child.Serve(func(json.RawMessage) (any, error) {
			s, err := serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done\n") }))
			return s.url, err
		})
	default:
		child.Lifeline(0)
		os.Exit(runLoad(role))
	}
}

// runLoad runs a load and prints the result.
func runLoad(job string) int {
	var o load.Options
	err := json.Unmarshal([]byte(job), &o)
	if err == nil {
		var r load.Result
		if r, err = load.Run(context.Background(), o); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
