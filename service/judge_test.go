package service

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/service/load"
)

// made is a made-up version: what it holds at the baseline, and what each round adds.
type made struct {
	name string
	// hanging and released are what a round leaves at each stage, of all that it sent.
	// pool is what only the first round leaves, for good.
	hanging, released, pool int
	// byRound are what each round leaves for good, in place of released.
	byRound []int
	// descriptors are left for good by each round; bytes for each request.
	descriptors, bytes int
	// churn is how many bytes each request allocates and frees at the same place.
	churn  int
	rounds int
	change func(*SideRun)
}

const (
	madeRounds = 2
	madeSent   = 450
	madeUnit   = 4096
)

var ownSite = Site{Function: "example.com/svc.ask.func1", File: "/src/svc/ask.go", Line: 31, Owner: sites.Own}

// run makes the observation of a version.
func (m made) run() SideRun {
	s := SideRun{Name: m.name, What: "./cmd/svc", Requests: 10, Health: []Health{{Round: 1}, {Round: 2}}}
	s.Warm = load.Result{Sent: 2000, Clients: []load.ClientResult{{Client: "patient", Sent: 2000, Answered: 2000, Status: map[string]int{"200": 2000}}}}
	held, files, bytes, allocated := 10, 20, 1<<20, 1<<20
	add := func(stage Stage, round, more int) {
		c := Census{Stage: stage, Round: round, Settled: true, Descriptors: files, HeapUnit: madeUnit}
		c.Goroutines = []Group{{Key: "ask", Site: ownSite, Value: float64(held + more)}, {Key: "main", Site: Site{Function: "main.main"}, Value: 1}}
		c.Heap = []Group{{Key: "heap", Site: ownSite, Value: float64(bytes), Allocated: float64(allocated)}}
		s.Censuses = append(s.Censuses, c)
	}
	add(Baseline, 0, 0)
	for round := range m.rounds {
		s.Loads = append(s.Loads, load.Result{Sent: madeSent, Clients: []load.ClientResult{{Client: "patient", Sent: 150, Answered: 150, Latency: load.Latency{Count: 150, P50: time.Second}}}})
		s.Recoveries = append(s.Recoveries, load.Result{Clients: []load.ClientResult{{Client: "patient", Sent: 100, Answered: 100, Status: map[string]int{"200": 100}}}})
		held += m.released
		if round < len(m.byRound) {
			held += m.byRound[round]
		}
		if round == 0 {
			held += m.pool
		}
		files += m.descriptors
		bytes += m.bytes * madeSent
		allocated += (m.bytes + m.churn) * madeSent
		add(Hanging, round+1, m.hanging)
		add(Released, round+1, 0)
	}
	if m.change != nil {
		m.change(&s)
	}
	return s
}

// worked are versions in which all but a number of the goroutines worked again in each
// round that were there before it.
func worked(but float64) func(*SideRun) {
	return func(s *SideRun) {
		before := 0.0
		for i := range s.Censuses {
			g := &s.Censuses[i].Goroutines[0]
			g.Waited, g.StillWaited = before, min(before, but)
			if s.Censuses[i].Stage != Hanging {
				before = g.Value
			}
		}
	}
}

func judgeMade(sides ...made) Result {
	o := Observation{Plan: Plan{Rounds: madeRounds, Limit: 4096, Patience: 1500 * time.Millisecond}}
	for i, m := range sides {
		m.name = map[bool]string{true: "service", false: []string{"before", "after"}[i]}[len(sides) == 1]
		if m.rounds == 0 {
			m.rounds = madeRounds
		}
		o.Sides = append(o.Sides, m.run())
	}
	return Judge(o)
}

// words are the rows that are not the same or in order.
func words(r Result) (all []string) {
	for _, row := range r.Rows {
		if row.Word != Same && row.Word != OK && row.Word != Shown {
			all = append(all, fmt.Sprintf("%s: %s", row.Measure, row.Word))
		}
	}
	return all
}

// judgeCase is a comparison of made-up versions: its exit code, and the rows in it that are
// not the same or in order, which begin or go on with want.
type judgeCase struct {
	name  string
	sides []made
	code  int
	want  string
}

func checkCases(t *testing.T, cases []judgeCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			r := judgeMade(tt.sides...)
			got := strings.Join(words(r), "|")
			if tt.want == "" {
				require.Empty(t, got)
			}
			require.Contains(t, got, tt.want)
			require.Equal(t, tt.code, r.ExitCode(), "%v %v", got, r.Notes)
		})
	}
}

func TestJudge(t *testing.T) {
	checkCases(t, []judgeCase{
		{"nothing is left", []made{{}, {}}, 0, ""},
		{"left while it hangs, then not", []made{{hanging: 15 * madeSent}, {}}, 0, "goroutines left while it hangs: fixed"},
		{"left for good, then not", []made{{released: madeSent}, {}}, 0, "goroutines left while it hangs: fixed|goroutines left for good: fixed"},
		{"the other way round", []made{{}, {hanging: madeSent}}, 1, "goroutines left while it hangs: BROKEN"},
		{"one in 50 is still left", []made{{hanging: 15 * madeSent}, {released: madeSent / 50}}, 1, "goroutines left while it hangs: better, still leaking|goroutines left for good: better, still leaking"},
		{"one in 50, left by chance", []made{{released: madeSent}, {byRound: []int{12, 5}}}, 1, "goroutines left while it hangs: better, still leaking|goroutines left for good: better, still leaking"},
		{"as much as before", []made{{released: madeSent}, {released: madeSent}}, 1, "goroutines left while it hangs: still failing|goroutines left for good: still failing"},
		{"a pool that fills", []made{{pool: 64}, {pool: 200}}, 0, ""},
		{"a pool that grows a little more", []made{{byRound: []int{60, 4}}, {byRound: []int{3, 0}}}, 0, ""},
		{"a pool that grows with each round", []made{{}, {byRound: []int{14, 6}, change: worked(0)}}, 0, ""},
		{"as much, of which nothing works again", []made{{}, {byRound: []int{14, 6}, change: worked(24)}}, 1, "goroutines left while it hangs: BROKEN|goroutines left for good: BROKEN"},
		{"what works again, but is left by each request", []made{{}, {released: madeSent, change: worked(0)}}, 1, "goroutines left while it hangs: BROKEN|goroutines left for good: BROKEN"},
		{"two by chance", []made{{byRound: []int{1, 1}}, {byRound: []int{2, 1}}}, 0, ""},
		{"descriptors", []made{{}, {descriptors: madeSent}}, 1, "descriptors left while it hangs: BROKEN|descriptors left for good: BROKEN"},
		{"a map that grows", []made{{bytes: 8 << 10}, {}}, 0, "heap left for good: fixed"},
		{"a small map that grows", []made{{bytes: 200}, {}}, 0, "heap left for good: fixed"},
		{"memory that is freed again", []made{{churn: 64 << 10}, {churn: 64 << 10}}, 0, ""},
		{"one version", []made{{released: madeSent}}, 1, "goroutines left while it hangs: FAILS|goroutines left for good: FAILS"},
		{"one version in order", []made{{pool: 30}}, 0, ""},
		{"only the first round", []made{{hanging: madeSent}, {rounds: 1}}, 2, "goroutines left while it hangs: unknown|goroutines left for good: unknown|descriptors left while it hangs: unknown"},
		{"it died", []made{{}, {rounds: 1, change: func(s *SideRun) { s.Died = "it exited with code 2" }}}, 1, "survives the faults: BROKEN"},
		{"it did not start", []made{{change: func(s *SideRun) { *s = SideRun{Name: "before", Trouble: "it exited with code 1"} }}, {}}, 2, "survives the faults: unknown"},
		{"no answer to the ready check", []made{{}, {change: func(s *SideRun) { s.Health[0].Trouble, s.Health[1].Trouble = "no answer", "no answer" }}}, 1, "survives the faults: BROKEN"},
		{"one late answer to the ready check", []made{{}, {change: func(s *SideRun) { s.Health[1].Trouble = "no answer" }}}, 0, ""},
		{"no descriptor is free after the warm-up", []made{{}, {change: func(s *SideRun) {
			for i, more := range []int{0, 40, 60, 62, 64} {
				s.Censuses[i].Descriptors = 3800 + more
			}
		}}}, 1, "descriptors left while it hangs: BROKEN|descriptors left for good: BROKEN"},
		{"many descriptors, of several processes", []made{{}, {change: func(s *SideRun) {
			for i := range s.Censuses {
				s.Censuses[i].Descriptors, s.Censuses[i].Processes = 3900, 4
			}
		}}}, 0, ""},
		{"it ignores SIGTERM", []made{{}, {change: func(s *SideRun) { s.Ending = "ignored SIGTERM and was killed after 10s" }}}, 1, "ends on SIGTERM: BROKEN"},
		{"it was interrupted, and left a process", []made{{}, {rounds: 1, change: func(s *SideRun) { s.Ending = "left 1 child process" }}}, 2, "ends on SIGTERM: unknown"},
		{"all requests go to a wrong address", []made{{change: refuse}}, 2, ""},
		{"errors that come from the upstream", []made{{change: func(s *SideRun) { refuse(s); s.Requests = 10 }}}, 0, ""},
		{"memory of the Go runtime", []made{{bytes: 400, change: func(s *SideRun) {
			for i := range s.Censuses {
				s.Censuses[i].Heap[0].Site = Site{Function: "runtime.mallocgc", Owner: sites.Standard}
				s.Censuses[i].Heap[0].Stack = []Frame{{Function: "runtime.mallocgc"}, {Function: "runtime.malg"}}
			}
		}}}, 0, ""},
		{"descriptors that cannot be counted", []made{{}, {change: func(s *SideRun) {
			for i := range s.Censuses {
				s.Censuses[i].Descriptors = -1
			}
		}}}, 0, ""},
	})
}

// The connections of clients belong to the goroutines that handlers have given them to.
func TestAcceptedConnectionsBelongToTheirGoroutines(t *testing.T) {
	for opened, want := range map[string]int{"net.(*netFD).accept": 1, "net.(*netFD).dial": 2} {
		r := judgeMade(made{released: madeSent, descriptors: madeSent, bytes: 400, change: func(s *SideRun) {
			for i := range s.Censuses {
				s.Censuses[i].Heap[0].Stack = []Frame{{Function: "net.newFD"}, {Function: opened}}
			}
		}})
		require.Len(t, r.Findings, want, "%s: %+v", opened, r.Findings)
	}
}

// A table of question marks says nothing: the sentence of what went wrong stands alone.
func TestNoMeasuresWhereNoRequestWasSent(t *testing.T) {
	failed := func(s *SideRun) { *s = SideRun{Name: s.Name, Trouble: "port taken"} }
	for _, sides := range [][]made{{{change: failed}}, {{change: failed}, {change: failed}}} {
		r := judgeMade(sides...)
		require.Empty(t, r.Rows)
		require.Equal(t, 2, r.ExitCode())
		require.Contains(t, r.Notes[0], "could not be judged: port taken")
	}
	require.NotEmpty(t, judgeMade(made{}, made{change: failed}).Rows, "the version before was measured")
}

// refuse makes a version whose answers are all the same error, without the upstream.
func refuse(s *SideRun) {
	s.Requests, s.Warm.Clients[0].Status = 0, map[string]int{"404": 2000}
}
