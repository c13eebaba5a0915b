package discover

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/attach"
)

// server answers by path.
func server(t *testing.T, answers map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.URL.Path == "/api/v1/pods" && r.URL.Query().Get("labelSelector") != "app=cart" {
			t.Errorf("got the selector %q, want app=cart", r.URL.Query().Get("labelSelector"))
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const targets = `{"status":"success","data":{"activeTargets":[
 {"labels":{"job":"api","instance":"a:1"},"scrapeUrl":"http://a:1/metrics","health":"up"},
 {"labels":{"job":"api","instance":"b:1"},"scrapeUrl":"https://b:1/metrics","health":"up"},
 {"labels":{"job":"node","instance":"c:1"},"scrapeUrl":"http://c:1/metrics","health":"up"},
 {"labels":{"job":"api","instance":"d:1"},"scrapeUrl":"http://d:1/metrics","health":"down"}]}}`

const series = `{"status":"success","data":{"resultType":"vector","result":[
 {"metric":{"job":"api","instance":"a:1"},"value":[1,"3"]},
 {"metric":{"job":"api","instance":"b:1"},"value":[1,"400.5"]},
 {"metric":{"job":"api","instance":"d:1"},"value":[1,"9000"]}]}}`

func TestPrometheusChoosesGoPrograms(t *testing.T) {
	at := server(t, map[string]string{"/api/v1/targets": targets, "/api/v1/query": series})
	got, err := Prometheus(t.Context(), at, Options{})
	want := []attach.Target{{URL: "https://b:1", Metrics: "https://b:1/metrics", Name: "b:1"}, {URL: "http://a:1", Metrics: "http://a:1/metrics", Name: "a:1"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v: the steepest first, without what is down or not Go", got, err, want)
	}
	if got, _ := Prometheus(t.Context(), at, Options{Most: 1}); len(got) != 1 {
		t.Errorf("got %d targets, want 1 at most", len(got))
	}
}

const pods = `{"items":[
 {"metadata":{"name":"cart-2","namespace":"shop"},"spec":{"containers":[{"ports":[{"name":"http","containerPort":80},{"name":"pprof","containerPort":6060}]}]},"status":{"phase":"Running"}},
 {"metadata":{"name":"cart-1","namespace":"shop"},"spec":{"containers":[{"ports":[{"containerPort":8080}]}]},"status":{"phase":"Running"}},
 {"metadata":{"name":"cart-0","namespace":"shop"},"spec":{},"status":{"phase":"Pending"}}]}`

func TestPodsAreReachedThroughTheProxy(t *testing.T) {
	at := server(t, map[string]string{"/api/v1/pods": pods, "/api/v1/namespaces/shop/pods": pods})
	for selector, ports := range map[string][2]string{"app=cart": {"8080", "6060"}, "shop/app=cart:7000": {"7000", "7000"}, "shop/app=cart:pprof": {"pprof", "6060"}} {
		got, err := Pods(t.Context(), at, selector, Options{})
		if err != nil || len(got) != 2 {
			t.Fatalf("%s: got %+v, %v, want the two that run", selector, got, err)
		}
		for i, name := range []string{"cart-1", "cart-2"} {
			base := at + "/api/v1/namespaces/shop/pods/" + name + ":" + ports[i] + "/proxy"
			if want := (attach.Target{URL: base + "/debug/pprof/", Metrics: base + "/metrics", Name: "shop/" + name}); got[i] != want {
				t.Errorf("%s: got %+v, want %+v", selector, got[i], want)
			}
		}
	}
}

func TestTroubleIsOneSentence(t *testing.T) {
	empty := server(t, map[string]string{"/api/v1/targets": `{"data":{}}`, "/api/v1/query": `{"data":{}}`, "/api/v1/pods": `{"items":[]}`})
	html := server(t, map[string]string{"/api/v1/targets": "<html>", "/api/v1/pods": "<html>"})
	_, none := Prometheus(t.Context(), empty, Options{})
	_, other := Prometheus(t.Context(), html, Options{})
	_, noPods := Pods(t.Context(), empty, "app=cart", Options{})
	_, noProxy := Pods(t.Context(), html, "app=cart", Options{})
	_, noSelector := Pods(t.Context(), empty, "cart", Options{})
	for _, tc := range []struct {
		err  error
		want string
	}{{none, "got 0 targets"}, {other, "not the JSON"}, {noPods, "got 0 pods"}, {noProxy, "kubectl proxy"}, {noSelector, `got "cart"`}} {
		if tc.err == nil || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("got %v, want an error with %q", tc.err, tc.want)
		}
	}
}
