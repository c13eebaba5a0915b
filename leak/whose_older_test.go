package leak_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// service is older than a test: it does what it is told.
type service struct{ ask chan func() }

func startService() service {
	s := service{make(chan func())}
	go func() {
		for f := range s.ask {
			f()
		}
	}()
	return s
}

// do returns when the service has done it.
func (s service) do(f func()) {
	done := make(chan bool)
	s.ask <- func() { f(); close(done) }
	<-done
}

// TestOlderCreator: what a service that is older than the test starts counts where no
// other test runs, unless it replaces as much.
func TestOlderCreator(t *testing.T) {
	stay := make(chan bool)
	defer close(stay)
	handler := func(w http.ResponseWriter, r *http.Request) {
		chunks := make(chan string)
		go func() { chunks <- "a"; chunks <- "b" }()
		io.WriteString(w, <-chunks)
	}
	server := httptest.NewServer(http.HandlerFunc(handler))
	defer server.Close()
	harmless := httptest.NewServer(http.NotFoundHandler())
	defer harmless.Close()
	old := startService()
	end := make(chan bool)
	spawn := func() { go func() { <-end }() }
	for _, c := range []struct {
		name  string
		first func()
		test  func()
		// creator is in the message of a leak; it is empty for an innocent.
		creator string
	}{
		{"a handler, on a new connection", nil, func() { request(t, &http.Transport{}, server.URL) }, "httptest.(*Server).goServe"},
		{"a handler, on a connection that was there", func() { request(t, nil, server.URL) }, func() { request(t, nil, server.URL) }, "net/http.(*Server).Serve"},
		{"one that stays blocked", nil, func() { old.do(func() { go func() { <-stay }() }) }, "leak_test.startService"},
		{"two steps from the service", nil, func() {
			old.do(func() {
				done := make(chan bool)
				go func() { go func() { <-stay }(); close(done); <-stay }()
				<-done
			})
		}, "leak_test.startService"},
		{"one more than there were", func() { old.do(spawn) }, func() { old.do(spawn) }, "leak_test.startService"},
		{"replaced", func() { old.do(spawn) }, func() { end <- true; old.do(spawn) }, ""},
		{"ends soon", nil, func() { old.do(func() { go time.Sleep(200 * time.Millisecond) }) }, ""},
		{"an idle connection", nil, func() { request(t, http.DefaultTransport, harmless.URL) }, ""},
		{"a connection that closes", nil, func() { request(t, &http.Transport{DisableKeepAlives: true}, harmless.URL) }, ""},
	} {
		if c.first != nil {
			c.first()
		}
		f := &fakeT{name: c.name}
		f.run(func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: time.Second})
			c.test()
		})
		if c.creator == "" {
			require.Empty(t, f.failures, c.name)
			continue
		}
		require.Len(t, f.failures, 1, c.name)
		require.Contains(t, f.failures[0], "created by what is older than the test: goroutine ", c.name)
		require.Contains(t, f.failures[0], c.creator, c.name)
		require.Contains(t, f.failures[0], "whose_older_test.go:", c.name)
	}
	for range 3 { // those that spawn has started
		select {
		case end <- true:
		default:
		}
	}
}

// request makes a request; nil stands for a transport that is used again.
func request(t *testing.T, transport http.RoundTripper, url string) {
	if transport == nil {
		transport = again
	}
	client := http.Client{Transport: transport}
	resp, err := client.Get(url)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
}

var again = &http.Transport{}

// TestOlderCreatorAllTheTime: a service that starts goroutines all the time is not
// accused, and the check does not wait for its turn to end.
func TestOlderCreatorAllTheTime(t *testing.T) {
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(3 * time.Millisecond):
				go time.Sleep(2 * time.Millisecond)
			}
		}
	}()
	defer close(stop)
	for range 10 {
		f := &fakeT{name: "beside a service"}
		start := time.Now()
		f.run(func(ft leak.TestingT) {
			leak.Check(ft)
			time.Sleep(5 * time.Millisecond)
		})
		require.Empty(t, f.failures)
		require.Less(t, time.Since(start), defaultSettle)
	}
}

// TestUnattributedIsLogged: where another test ran, the log says how many are left.
func TestUnattributedIsLogged(t *testing.T) {
	stay := make(chan bool)
	defer close(stay)
	old := startService()
	for name, more := range map[string]func(leak.TestingT){
		"nothing else is left": func(leak.TestingT) {},
		"one is its own":       func(leak.TestingT) { leakNilChannel(t) },
	} {
		f := &fakeT{name: name}
		f.run(func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			otherCheck()
			old.do(func() {
				for range 3 {
					go func() { <-stay }()
				}
				go func() { <-stay }()
			})
			more(ft)
		})
		text := strings.Join(f.logs, "\n")
		require.Contains(t, text, "4 goroutines left unattributed, to VerifyTestMain", name)
		require.Contains(t, text, "3 created at ", name)
		require.Contains(t, text, "whose_older_test.go:", name)
		require.Equal(t, 1, strings.Count(text, "\n")+1, name)
	}
	f := &fakeT{name: "one that ends"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft)
		otherCheck()
		old.do(func() { go func() {}() })
	})
	require.Empty(t, f.logs)
}
