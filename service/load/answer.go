package load

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
)

const eventStream = "text/event-stream"

// read reads an answer to its end, or as much of a stream as the client wants: then the
// error is errEnough. It returns the status that is counted.
func (c Client) read(response *http.Response, p Protocol) (status string, err error) {
	if p == GRPC {
		return readGRPC(response)
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if c.Events > 0 && kind == eventStream {
		err = readEvents(response.Body, c.Events)
	} else {
		_, err = io.Copy(io.Discard, response.Body)
	}
	return strconv.Itoa(response.StatusCode), err
}

// readEvents reads so many events, then it returns errEnough. An event is what has data and
// ends with an empty line: comments keep a connection open, and are no events. A stream that ends
// before is a whole answer.
func readEvents(body io.Reader, want int) error {
	var data, continued bool
	for lines := bufio.NewReader(body); want > 0; {
		line, more, err := lines.ReadLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case continued: // the rest of a long line
		case len(line) == 0 && data:
			want, data = want-1, false
		case bytes.HasPrefix(line, []byte("data:")) || string(line) == "data":
			data = true
		}
		continued = more
	}
	return errEnough
}
