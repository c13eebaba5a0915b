package taxonomy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say what is run. The zero Options put all cases to all judges.
type Options struct {
	// Judges are those to ask. Nil means all.
	Judges []Judge
	// Parallel is the number of processes at a time. Zero means
	// DefaultParallel.
	Parallel int
	// Progress is told after each answer, if set.
	Progress func(done, of int)
}

// DefaultParallel is how many processes run at a time: they wait more than they
// compute.
const DefaultParallel = 12

// runTimeout bounds one process: rounds may take half a minute.
const runTimeout = 90 * time.Second

// Outcome is what the judges said of one case.
type Outcome struct {
	Case Case
	By   map[Judge]Answer
}

// Run puts the cases to the judges, each in a process of its own: this very
// program, which must call Child first.
func Run(ctx context.Context, cases []Case, o Options) ([]Outcome, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("taxonomy: run: %w", err)
	}
	temp, err := os.MkdirTemp("", "taxonomy-")
	if err != nil {
		return nil, fmt.Errorf("taxonomy: run: %w", err)
	}
	defer os.RemoveAll(temp)

	outcomes := make([]Outcome, len(cases))
	type job struct {
		outcome *Outcome
		judge   Judge
	}
	var jobs []job
	for i, c := range cases {
		outcomes[i] = Outcome{Case: c, By: map[Judge]Answer{}}
		for _, j := range c.judges() {
			if o.Judges == nil || slices.Contains(o.Judges, j) {
				jobs = append(jobs, job{&outcomes[i], j})
			}
		}
	}
	var g errgroup.Group
	g.SetLimit(cmp.Or(o.Parallel, DefaultParallel))
	var mu sync.Mutex
	done := 0
	for i, j := range jobs {
		g.Go(func() error {
			a := ask(ctx, exe, filepath.Join(temp, fmt.Sprint(i)), j.outcome.Case, j.judge)
			mu.Lock()
			defer mu.Unlock()
			j.outcome.By[j.judge] = a
			if done++; o.Progress != nil {
				o.Progress(done, len(jobs))
			}
			return nil
		})
	}
	_ = g.Wait() // what went wrong is in the answers
	return outcomes, ctx.Err()
}

// ask runs one case under one judge in a process of its own.
func ask(ctx context.Context, exe, file string, c Case, j Judge) Answer {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), caseEnv+"="+c.Name, judgeEnv+"="+string(j), answerEnv+"="+file)
	cmd.WaitDelay = time.Second // programs that the case started may hold its output
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	err := cmd.Run()
	data, readErr := os.ReadFile(file)
	a := Answer{Judge: j}
	if readErr != nil {
		text := strings.TrimSpace(out.String() + trouble.String())
		a.Trouble = fmt.Sprintf("the case's process gave no answer: %v: %s", err, text[:min(len(text), 2000)])
		return a
	}
	if err := json.Unmarshal(data, &a); err != nil {
		a.Trouble = err.Error()
	}
	if a.Trouble != "" {
		a.Trouble += "\n" + out.String() + trouble.String()
	}
	// What no test could be blamed for is the process's: VerifyTestMain's.
	if said := trouble.String(); j == Check && err != nil && strings.Contains(said, "left behind") {
		a.AtEnd = !a.Accused
		a.Accused = true
		a.Text += said
	}
	return a
}

// Verdict is how right an answer is.
type Verdict string

const (
	Right     Verdict = "right"
	Wrong     Verdict = "wrong"
	NotJudged Verdict = "not judged"
)

// HasProof reports whether this Go has the leak profile.
func HasProof() bool { return pprof.Lookup("goroutineleak") != nil }

// Verdict is that of one judge: Wrong also where it gave no answer, could not
// tell, or found a leak for a wrong reason. It says why.
func (o Outcome) Verdict(j Judge) (v Verdict, why string) {
	a, ok := o.By[j]
	switch {
	case !ok:
		return NotJudged, ""
	case o.Case.NeedsProof && !j.IsGoleak() && !HasProof():
		return NotJudged, "this Go has no leak profile"
	case a.Trouble != "":
		return Wrong, a.Trouble
	case a.Unknown:
		return Wrong, "could not tell: " + a.Text
	case a.Accused && o.Case.Kind == Innocent:
		return Wrong, "an innocent was accused: " + a.Text
	case !a.Accused && o.Case.Kind == Leak:
		return Wrong, "a leak was missed"
	case j.IsGoleak() && o.Case.Rounds:
		// What rounds show is not what goleak looks at: any report counts.
	case a.Accused && !strings.Contains(a.Text, o.Case.Want):
		return Wrong, fmt.Sprintf("found for a wrong reason: want %q in %s", o.Case.Want, a.Text)
	}
	return Right, ""
}
