package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The guilty lines are marked once for each fault, and no innocent has any.
func TestMarks(t *testing.T) {
	want := map[string]int{"body": 1, "ticker": 1, "map": 1, "sse": 1, "fifty": 1, "fd": 1}
	got := map[string]int{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m) // leak: (\S+)$`).FindAllStringSubmatch(string(text), -1) {
			got[m[1]]++
		}
	}
	require.Equal(t, want, got)
}

// Every toy answers, while its upstream is well and when it fails.
func TestToysAnswer(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fails" {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer upstream.Close()
	for name := range toys {
		if name == "sse" || name == "healthy-slow" {
			continue // it never ends, or takes 3 s
		}
		for _, path := range []string{"", "/fails"} {
			h, err := handler(name, upstream.URL+path)
			require.NoError(t, err)
			for _, url := range []string{"/ask", "/healthz"} {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
				require.Contains(t, []int{http.StatusOK, http.StatusBadGateway}, w.Code, "%s %s", name, url)
				require.NotEmpty(t, w.Body.String())
			}
		}
	}
	_, err := handler("nothing", "")
	require.ErrorContains(t, err, `fault: got "nothing", want one of body, fd,`)
}

func TestCacheKeepsTheNewest(t *testing.T) {
	c := newCache(2)
	for _, key := range strings.Fields("a b c") {
		c.put(key, nil)
	}
	require.Len(t, c.all, 2)
	require.NotContains(t, c.all, "a")
}

func TestOneInFifty(t *testing.T) {
	for _, make := range []func(string) http.Handler{newFifty, newFiftyByChance} {
		f, n := make("").(*fifty), 0
		for range 5000 {
			if f.forgotten() {
				n++
			}
		}
		require.InDelta(t, 100, n, 25)
	}
}
