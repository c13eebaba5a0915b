package child

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newWorker(t *testing.T, s Spec) *Worker {
	t.Helper()
	w, err := StartWorker(t.Context(), s)
	require.NoError(t, err)
	t.Cleanup(w.Stop)
	return w
}

func ask(t *testing.T, w *Worker, act string) string {
	t.Helper()
	var reply string
	died, err := w.Ask(t.Context(), act, &reply)
	require.NoError(t, err)
	require.Nil(t, died)
	return reply
}

// A worker does many jobs, and what it writes belongs to one of them.
func TestWorkerDoesManyJobs(t *testing.T) {
	w := newWorker(t, Spec{Deadline: patience})
	for range 3 {
		require.Equal(t, "greeting", ask(t, w, "greet"))
		require.Equal(t, 1, strings.Count(w.Output(), "hello\n"))
		require.NotContains(t, w.Output(), w.p.output.mark)
	}
	require.Nil(t, w.Died())
	w.Stop()
	require.NoDirExists(t, w.dir)
}

// What a worker's jobs see of the worker is a temporary folder that goes with it.
func TestWorkersEnvironment(t *testing.T) {
	w := newWorker(t, Spec{})
	require.Equal(t, w.dir+"|", ask(t, w, "variables"))
	require.Empty(t, os.Getenv(markVariable))
}

func TestWorkerThatDiesBetweenJobs(t *testing.T) {
	w := newWorker(t, Spec{})
	require.Equal(t, "replied", ask(t, w, "die-later"))
	require.Eventually(t, func() bool { return w.Died() != nil }, patience, 5*time.Millisecond)
	require.Equal(t, 7, w.Died().State.ExitCode())
	var reply string
	died, err := w.Ask(t.Context(), "greet", &reply)
	require.NoError(t, err)
	require.Equal(t, 7, died.State.ExitCode())
}

func TestWorkerThatIsNeverReady(t *testing.T) {
	for act, it := range map[string]struct {
		ready time.Duration // long where what it does must come before
		want  string
	}{
		"hang":  {2 * time.Second, "not ready after"},
		"exit":  {patience, "not ready when it ended, exit status 7"},
		"greet": {10 * time.Second, "it wrote:\nhello"},
	} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			// It takes itself for a child with a single job.
			_, err := StartWorker(t.Context(), Spec{Ready: it.ready, Env: []string{actVariable + "=" + act}})
			require.ErrorIs(t, err, ErrNotReady)
			require.ErrorContains(t, err, it.want)
		})
	}
}
