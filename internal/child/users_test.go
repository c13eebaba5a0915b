package child

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience bounds what tests wait for; nothing takes as long.
const patience = 30 * time.Second

// users are the ways to use this package. Each hands an act to a child.
var users = []struct {
	name string
	ask  func(ctx context.Context, s Spec, act string) (reply string, died *Result, err error)
}{
	{"single job", func(ctx context.Context, s Spec, act string) (string, *Result, error) {
		s.Env = append(s.Env, actVariable+"="+act, deadlineVariable+"="+s.Deadline.String())
		r, err := Run(ctx, s)
		if err == nil && r.OK() {
			return strings.TrimSpace(r.Output), nil, nil
		}
		return "", &r, err
	}},
	{"worker", func(ctx context.Context, s Spec, act string) (reply string, died *Result, err error) {
		w, err := StartWorker(ctx, s)
		if err != nil {
			return "", nil, err
		}
		defer w.Stop()
		died, err = w.Ask(ctx, act, &reply)
		return reply, died, err
	}},
}

// eachUser runs the test for each way to use this package.
func eachUser(t *testing.T, test func(t *testing.T, user string, ask func(ctx context.Context, s Spec, act string) *Result)) {
	for _, u := range users {
		t.Run(u.name, func(t *testing.T) {
			t.Parallel()
			test(t, u.name, func(ctx context.Context, s Spec, act string) *Result {
				t.Helper()
				_, died, err := u.ask(ctx, s, act)
				require.NoError(t, err)
				return died
			})
		})
	}
}

// beParent hands the act to a child as the user does and waits for its end.
func beParent(user, act string) int {
	for _, u := range users {
		if u.name == user {
			_, died, err := u.ask(context.Background(), Spec{}, act)
			fmt.Fprintln(os.Stderr, died, err)
		}
	}
	return troubleExit
}

func TestDoesWhatItIsAsked(t *testing.T) {
	for _, u := range users {
		reply, died, err := u.ask(t.Context(), Spec{}, "greet")
		require.NoError(t, err)
		require.Nil(t, died)
		require.Contains(t, reply, "greeting")
	}
}

func TestCrashesAreRead(t *testing.T) {
	for act, want := range map[string]Crash{
		"panic": {Kind: KindPanic, Message: "panic: planted"},
		"exit":  {Kind: KindExit, Message: "exit status 7"},
		"fail":  {Kind: KindExit, Message: "planted error"},
	} {
		t.Run(act, func(t *testing.T) {
			eachUser(t, func(t *testing.T, _ string, ask func(context.Context, Spec, string) *Result) {
				died := ask(t.Context(), Spec{}, act)
				require.Equal(t, Exited, died.End)
				got := died.Crash(4 << 10)
				require.Equal(t, want.Kind, got.Kind)
				require.Contains(t, got.Message, want.Message)
				if want.Kind == KindPanic {
					require.Contains(t, got.Stacks, "child.do(")
				}
			})
		})
	}
}

func TestFloodStaysBounded(t *testing.T) {
	eachUser(t, func(t *testing.T, _ string, ask func(context.Context, Spec, string) *Result) {
		died := ask(t.Context(), Spec{}, "flood")
		require.Less(t, len(died.Output), keepHead+keepTail+4*longestExcerpt)
		require.True(t, strings.HasPrefix(strings.TrimSpace(died.Output), "first line\n"))
		require.True(t, strings.HasSuffix(died.Output, "last line\n"))
		require.Contains(t, died.Output, "bytes left out")
		require.Equal(t, "panic: after the flood", died.Crash(1<<10).Message)
		require.Len(t, died.Races(), 1)
		require.Contains(t, died.Races()[0], "mine.Do()")
	})
}

func TestDeadlineKeepsStacks(t *testing.T) {
	eachUser(t, func(t *testing.T, _ string, ask func(context.Context, Spec, string) *Result) {
		died := ask(t.Context(), Spec{Deadline: 3 * time.Second}, "hang")
		require.Equal(t, TimedOut, died.End)
		crash := died.Crash(1 << 20)
		require.Equal(t, KindDeadline, crash.Kind)
		require.Contains(t, crash.Message, "its deadline")
		require.NotContains(t, crash.Message, "no stacks")
		require.Contains(t, crash.Stacks, "waitForNothing")
		require.Less(t, died.Elapsed, patience)
	})
}

func TestSaysWhyItCouldNotStart(t *testing.T) {
	s := Spec{Program: filepath.Join(t.TempDir(), "nosuch")}
	for _, u := range users {
		_, _, err := u.ask(t.Context(), s, "greet")
		require.ErrorContains(t, err, "nosuch")
		require.NotErrorIs(t, err, ErrNotReady)
	}
}
