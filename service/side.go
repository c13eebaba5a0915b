package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/creators"
	"github.com/watertight-go/watertight/internal/poll"
	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/mocks/upstream"
	"github.com/watertight-go/watertight/service/internal/host"
	"github.com/watertight-go/watertight/service/load"
)

// side runs one version.
type side struct {
	o        Options
	spec     Side
	temp     string
	progress io.Writer
	tree     trees.Tree
	program  host.Program
	run      SideRun

	at       places
	upstream *upstream.Server
	process  *host.Process
	server   *poll.Server
	started  time.Time
	// base are the counts at the baseline.
	base counts
	// peak are the largest counts since the last census.
	peak counts
	// warmed is how many requests the upstream got before the rounds.
	warmed int
	// resting are the goroutines that waited before the round.
	resting map[string]resting
	// born are the goroutines that began during the trace.
	born     map[int64]creators.Birth
	heapUnit float64
}

// play runs the service through everything, and ends it.
func (s *side) play(ctx context.Context) {
	if err := s.start(ctx); err != nil {
		s.trouble(err)
		s.stop()
		return
	}
	err := s.steps(ctx)
	select {
	case <-s.process.Ended():
		s.died(s.process.End())
	default:
		if err != nil && ctx.Err() == nil {
			s.trouble(err)
		}
	}
	s.stop()
}

// start starts the upstream and the service.
func (s *side) start(ctx context.Context) (err error) {
	if s.upstream, err = upstream.New(upstream.Config{}); err != nil {
		return err
	}
	if err := s.choosePlaces(); err != nil {
		return err
	}
	program := s.program
	program.Path, program.Args = s.at.in(program.Path), s.at.all(program.Args)
	program.Env = append(append(program.Env, s.standardEnv()...), s.at.all(s.spec.Env)...)
	pprof := program.Pprof
	if s.spec.Pprof != "" {
		pprof = s.at.in(s.spec.Pprof)
	}
	if s.server, err = poll.New(pprof, program.Transport); err != nil {
		return fmt.Errorf("pprof: %w", err)
	}
	s.printf("starting")
	s.started = time.Now()
	s.process, err = host.Start(ctx, host.Spec{Program: program, Temp: s.temp, Descriptors: max(s.o.Descriptors, 0),
		Addr: s.at.addr, Ready: s.ready, ReadyWithin: s.o.ReadyWithin, Grace: stopGrace})
	return err
}

// stopGrace is how long the service may take to end after SIGTERM: some wait for seconds,
// until no load balancer sends them requests.
const stopGrace = 10 * time.Second

// choosePlaces chooses the address of the service: that of the requests where it is fixed.
func (s *side) choosePlaces() (err error) {
	s.at.upstream = s.upstream.URL()
	if s.at.addr, err = fixedAddress(s.o.Request.URL); err != nil {
		return err
	}
	if s.at.addr == "" {
		if s.at.addr, err = host.FreeAddr(); err != nil {
			return err
		}
	}
	_, s.at.port, err = net.SplitHostPort(s.at.addr)
	return err
}

// standardEnv are the variables that many services read.
func (s *side) standardEnv() []string {
	return []string{"PORT=" + s.at.port, "ADDR=" + s.at.addr, "UPSTREAM_URL=" + s.at.upstream, "OPENAI_BASE_URL=" + s.at.upstream + "/v1"}
}

// ready asks the service whether it is ready: by its ready check, or by a connection.
func (s *side) ready(ctx context.Context) error {
	if s.o.Ready == "" {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", s.at.addr)
		if err != nil {
			return err
		}
		return c.Close()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.at.in(s.o.Ready), nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode >= 400 {
		return fmt.Errorf("got %s, want 200", response.Status)
	}
	return nil
}

// stop ends everything of this side.
func (s *side) stop() {
	if s.process != nil {
		s.printf("stopping")
		if end := s.process.Stop(); s.run.Died == "" {
			s.run.Ending = end.Fault
		}
	}
	if s.server != nil {
		s.server.Close()
	}
	if s.upstream != nil {
		s.run.Requests = s.upstream.Counts().Requests - s.warmed
		s.upstream.Close()
	}
}

// trouble notes why the version could not be judged.
func (s *side) trouble(err error) {
	var bad *host.Error
	if errors.As(err, &bad) {
		s.run.Log = bad.Log
	}
	s.run.Trouble = err.Error()
}

// died notes that the service ended by itself. Before the faults, it could not be judged.
func (s *side) died(end host.End) {
	s.run.Log = end.Log
	if !s.faulty() {
		s.run.Trouble = "the service ended during the healthy warm-up: " + end.Sentence
		return
	}
	s.run.Died = end.Sentence
}

// faulty reports whether a round has begun.
func (s *side) faulty() bool {
	for _, p := range s.run.Phases {
		if p.Name != phaseWarm && p.Name != phaseBaseline {
			return true
		}
	}
	return false
}

// problem notes what could not be read, once: each census may say the same.
func (s *side) problem(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.run.Problems, text) {
		s.run.Problems = append(s.run.Problems, text)
	}
}

// errEnded is the error of a step during which the service ended.
var errEnded = errors.New("the service has ended")

// explain says that a service that ended has ended, in place of an error of its address.
func (s *side) explain(err error) error {
	select {
	case <-s.process.Ended():
		return errEnded
	case <-time.After(endWait):
		return fmt.Errorf("its profiles at %s: %w", s.profilesAt(), err)
	}
}

// profilesAt is where the profiles are, as the user knows it.
func (s *side) profilesAt() string {
	if s.spec.Pprof == "" {
		return "a socket of its own"
	}
	return s.server.Name() + " (-pprof)"
}

// endWait is how long the end of a service may take to be seen after its socket closed.
const endWait = 500 * time.Millisecond

// next is the number of the next request.
func (s *side) next() int { return s.run.Warm.Sent + s.run.sent() + 1 }

// requests is a load of this service.
func (s *side) requests(o load.Options) load.Options {
	o.Request = s.at.request(s.o.Request)
	return o
}
