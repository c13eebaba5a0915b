// Package witness replaces runtime/pprof in the bug kernels. Where a kernel asks
// for the leak profile, the checker that the environment names runs instead, and
// writes the sites that it found to a file.
//
// The package does not judge the sites. Package goker does, in the parent process.
package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/leak"
)

// The environment of a kernel's process: the name of the witness, and the file
// for the Answer.
const (
	WhoEnv    = "WATERTIGHT_WITNESS"
	AnswerEnv = "WATERTIGHT_ANSWER"
)

// The witnesses.
const (
	Leak   = "leak"   // leak.Find at defaults, and then the bare profile
	Goleak = "goleak" // goleak.Find at defaults, ignoring goroutines of before
	Bare   = "bare"   // the runtime's leak profile alone
)

// Site is what goroutines at one place have in common.
type Site struct {
	// Entry is the goroutine's first function with its package. State is its
	// state in the dump, as in "chan receive".
	Entry string `json:"entry"`
	State string `json:"state"`
	// Class is package leak's class; empty for the other witnesses.
	Class leak.Class `json:"class,omitempty"`
	Count int        `json:"count"`
}

// Answer is what one process found.
type Answer struct {
	Sites []Site `json:"sites"`
	// Bare are the sites that the bare profile found in the same process, right
	// after package leak's check.
	Bare []Site `json:"bare,omitempty"`
	// Took is how long the witness took, without Bare.
	Took time.Duration `json:"tookNs"`
	// Trouble is the error of the witness; empty where there was none.
	Trouble string `json:"trouble,omitempty"`
}

// Profile is what Lookup returns.
type Profile struct {
	base   *leak.Snapshot
	before goleak.Option
}

// Lookup records the goroutines that exist before the kernel begins. A kernel
// calls Lookup first and WriteTo last.
func Lookup(string) *Profile {
	p := &Profile{}
	switch os.Getenv(WhoEnv) {
	case Leak:
		p.base = leak.Take()
	case Goleak:
		p.before = goleak.IgnoreCurrent()
	}
	return p
}

// WriteTo runs the witness, and writes the answer to the file instead of w.
func (p *Profile) WriteTo(_ io.Writer, _ int) error {
	var a Answer
	start := time.Now()
	err := p.check(&a)
	a.Took = time.Since(start)
	if err == nil && p.base != nil && pprof.Lookup("goroutineleak") != nil {
		a.Bare, err = bare()
	}
	if err != nil {
		a.Trouble = err.Error()
	}
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return os.WriteFile(os.Getenv(AnswerEnv), data, 0o600)
}

func (p *Profile) check(a *Answer) (err error) {
	switch who := os.Getenv(WhoEnv); who {
	case Leak:
		r, err := leak.Find(context.Background(), p.base, leak.Options{})
		for _, f := range r.Findings {
			a.Sites = append(a.Sites, Site{Entry: f.Entry, State: f.State, Class: f.Class, Count: f.Count})
		}
		if errors.Is(err, leak.ErrLeak) {
			return nil
		}
		return err
	case Goleak:
		if err := goleak.Find(p.before); err != nil {
			a.Sites = goleakSites(err.Error())
		}
		return nil
	case Bare:
		a.Sites, err = bare()
		return err
	default:
		return fmt.Errorf("%s: got %q, want %s, %s or %s", WhoEnv, who, Leak, Goleak, Bare)
	}
}

// bare asks the runtime for its leak profile.
func bare() ([]Site, error) {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return nil, errors.New("this Go has no leak profile")
	}
	var text bytes.Buffer
	if err := profile.WriteTo(&text, 2); err != nil {
		return nil, err
	}
	var counted sites
	for _, g := range parseDump(text.String()) {
		if g.leaked && g.entry != "" {
			counted.add(g.entry, g.state)
		}
	}
	return counted, nil
}

// goleakSites reads goleak's findings, which exist only as the error's text:
// "[Goroutine 9 in state chan receive, with main.f on top of the stack:" and
// the stack as the runtime prints it.
func goleakSites(text string) []Site {
	var counted sites
	for _, part := range strings.Split(text, "Goroutine ")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		_, state, ok := strings.Cut(head, " in state ")
		if !ok {
			continue
		}
		state, _, _ = strings.Cut(state, ", with ")
		state, _, _ = strings.Cut(state, ",")
		if entry := entryOf(body); entry != "" {
			counted.add(entry, state)
		}
	}
	return counted
}

// sites counts goroutines by entry function and state.
type sites []Site

func (s *sites) add(entry, state string) {
	for i := range *s {
		if site := &(*s)[i]; site.Entry == entry && site.State == state {
			site.Count++
			return
		}
	}
	*s = append(*s, Site{Entry: entry, State: state, Count: 1})
}
