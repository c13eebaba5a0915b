package stress

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The load looks for Host and Accept by their canonical names.
func TestHeadersOfServiceInAnyCase(t *testing.T) {
	a := serviceArgs{}
	a.Protocol, a.Header = "http1", []string{"host: shop.example", "ACCEPT:text/plain", "x-id: 1", "X-Id: 2"}
	r, err := a.request()
	require.NoError(t, err)
	require.Equal(t, http.Header{"Host": {"shop.example"}, "Accept": {"text/plain"}, "X-Id": {"1", "2"}}, r.Header)
}
