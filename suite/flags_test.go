package suite

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIsOlder(t *testing.T) {
	for version, want := range map[string]bool{
		"go1.23.4": true, "go1.24": false, "go1.24rc1": false, "go1.27.4": false, "go2.0": false,
		"devel go1.28-abc": false, "go1.9": true, "": false,
	} {
		require.Equal(t, want, isOlder(version, oldest), version)
	}
}

// What package testing runs of top-level tests.
func TestSelection(t *testing.T) {
	for _, tt := range []struct {
		flags     []string
		runs, not string
	}{
		{nil, "TestA", ""},
		{[]string{"-run=A"}, "TestA", "TestB"},
		{[]string{"-run=^TestA$/sub"}, "TestA", "TestAB"},
		{[]string{"-run=A/x|B/y"}, "TestB", "TestC"},
		{[]string{"-run=(A|B)/x"}, "TestB", "TestC"},
		{[]string{"-run=[/|]A|B"}, "TestB", "TestA"},
		{[]string{"-skip=A"}, "TestB", "TestA"},
		{[]string{"-skip=A/sub"}, "TestA", ""},
		{[]string{"-run=A", "-run=B"}, "TestB", "TestA"},
		{[]string{"-failfast=true"}, "", "TestA"},
	} {
		s, err := newSelection(Options{Flags: tt.flags})
		require.NoError(t, err)
		require.True(t, tt.runs == "" || s.runs(tt.runs), "%v %s", tt.flags, tt.runs)
		require.True(t, tt.not == "" || !s.runs(tt.not), "%v %s", tt.flags, tt.not)
	}
}

func TestTimeoutFlag(t *testing.T) {
	require.Equal(t, 10*time.Minute, Options{}.timeout())
	require.Equal(t, time.Second, Options{Flags: []string{"-timeout=1m", "--timeout=1s"}}.timeout())
	require.Equal(t, time.Duration(0), Options{Flags: []string{"-timeout=0"}}.timeout())
}

// What cannot be run at all is one sentence.
func TestRunSaysWhyNot(t *testing.T) {
	outside := t.TempDir()
	for name, tt := range map[string]struct {
		o    Options
		env  string
		want string
	}{
		"no module":      {Options{Dir: outside}, "GOWORK=off", "not in a module"},
		"no modules":     {Options{Dir: outside}, "GO111MODULE=off", "GO111MODULE=off"},
		"bad -run":       {Options{Dir: outside, Flags: []string{"-run=("}}, "", "-run: "},
		"bad -skip":      {Options{Dir: outside, Flags: []string{"-skip=a/["}}, "", "-skip: "},
		"no go":          {Options{Dir: outside}, "PATH=" + outside, "install go1.24"},
		"no such folder": {Options{Dir: filepath.Join(outside, "none")}, "", "none"},
		"no temporary folder": {Options{Dir: module(t, "slow"), Packages: []string{"./hangs"}}, "TMPDIR=" + filepath.Join(outside, "none"),
			"none"},
	} {
		t.Run(name, func(t *testing.T) {
			if key, value, ok := strings.Cut(tt.env, "="); ok {
				t.Setenv(key, value)
			}
			_, err := Run(t.Context(), tt.o, io.Discard)
			require.ErrorContains(t, err, tt.want)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, Options{Dir: outside}, io.Discard)
	require.ErrorIs(t, err, context.Canceled)
}
