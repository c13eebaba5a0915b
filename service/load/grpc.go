package load

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// grpcError is an answer that is none by the rules of gRPC.
type grpcError string

func (e grpcError) Error() string { return string(e) }

// readGRPC reads the answer of a unary call. Its status is in the trailers, or in the
// headers where there is no message.
func readGRPC(response *http.Response) (status string, err error) {
	if response.StatusCode != http.StatusOK {
		_, err = io.Copy(io.Discard, response.Body)
		return "HTTP " + strconv.Itoa(response.StatusCode), err
	}
	messages, err := readMessages(response.Body)
	if err != nil {
		return "", err
	}
	code := response.Trailer.Get("Grpc-Status")
	if code == "" {
		code = response.Header.Get("Grpc-Status")
	}
	switch {
	case code == "":
		return "", grpcError("gRPC answer without a status")
	case code == "0" && messages != 1:
		return "", grpcError(fmt.Sprintf("gRPC status OK with %d messages in place of 1", messages))
	}
	return grpcStatus(code), nil
}

// readMessages counts the messages up to the end of the answer.
func readMessages(body io.Reader) (n int, err error) {
	for {
		var head [5]byte
		if _, err := io.ReadFull(body, head[:]); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, inMessage(err)
		}
		length := int64(binary.BigEndian.Uint32(head[1:]))
		if _, err := io.CopyN(io.Discard, body, length); err != nil {
			return n, inMessage(err)
		}
		n++
	}
}

// inMessage tells an answer that ended properly, in the middle of a message.
func inMessage(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return grpcError("gRPC answer that ends in the middle of a message")
	}
	return err
}

// grpcStatuses are the names of the codes (grpc/grpc, doc/statuscodes.md).
var grpcStatuses = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
	"ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
	"OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

func grpcStatus(code string) string {
	n, err := strconv.Atoi(code)
	if err != nil || n < 0 || n >= len(grpcStatuses) {
		return "code " + code
	}
	return grpcStatuses[n]
}
