package exhibits_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// handler streams the events of some agents.
type handler struct {
	streams executor.StreamExecutor
	agents  []*executor.Agent
	// ended receives when the handler has returned.
	ended chan struct{}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { h.ended <- struct{}{} }()
	for ev, err := range h.streams.Stream(r.Context(), "q", h.agents) {
		if _, failed := fmt.Fprintf(w, "%s: %s %v\n", ev.AgentID, ev.Delta, err); failed != nil || r.Context().Err() != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

// disconnects reads a line and closes the connection.
func disconnects(t *testing.T, h http.Handler) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.Listener.Close()
		server.CloseClientConnections() // a handler that hangs would hold up Close
	})
	ctx, hangUp := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	_, err = bufio.NewReader(resp.Body).ReadString('\n')
	require.NoError(t, err)
	hangUp()
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
}

// A handler whose client disconnects leaves nothing behind with the reference. With each
// exhibit it does, and the finding names the exhibit's line.
func TestStreamToClientThatDisconnects(t *testing.T) {
	reference, err := exhibits.Lookup("reference")
	require.NoError(t, err)
	for _, spec := range append(exhibits.StreamSpecs(), reference) {
		t.Run(spec.Name, func(t *testing.T) {
			runner := mocks.NewFaultRunner(mocks.RecordAll)
			t.Cleanup(runner.Release)
			h := &handler{ended: make(chan struct{}, 1)}
			h.streams, err = spec.NewStream(executor.Config{Runner: runner, AgentTimeout: time.Hour})
			require.NoError(t, err)
			faults := []mocks.Fault{mocks.Emit(-1, time.Millisecond), mocks.EmitThen(2, time.Millisecond, mocks.Hang())}
			if spec.Name == "stream-waiter" || spec.Name == "stream-callback" || spec.Name == "reference" { // which end what obeys its context
				faults = append(faults, mocks.HangIgnoring())
			}
			for i, f := range faults {
				h.agents = append(h.agents, &executor.Agent{ID: fmt.Sprint(i)})
				runner.Add(h.agents[i], f)
			}
			before := leak.Take()
			disconnects(t, h)
			if spec.Name == "reference" {
				<-h.ended
			}
			report, _ := leak.Find(t.Context(), before, leak.Options{Settle: time.Second})
			if spec.Name == "reference" {
				requireOnlyAgents(t, report)
				return
			}
			require.True(t, names(report, "exhibits/streams.go:"), "%v", report)
		})
	}
}

// requireOnlyAgents fails what is not inside an agent that ignores its context.
func requireOnlyAgents(t *testing.T, r leak.Report) {
	t.Helper()
	for _, f := range r.Findings {
		require.True(t, strings.Contains(f.Stack, "mocks.hangIgnoring") || strings.HasPrefix(f.Entry, "net/http"), "%v", f)
	}
}

// names reports whether a finding names a line that begins so.
func names(r leak.Report, line string) bool {
	for _, f := range r.Findings {
		if strings.HasPrefix(path.Join(path.Base(path.Dir(f.File)), path.Base(f.File))+":", line) || strings.Contains(f.Stack, line) {
			return true
		}
	}
	return false
}
