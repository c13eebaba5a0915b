package openai

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/openai/openai-go/v3"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// StreamAgent asks for a streamed completion of history and input, and yields the pieces
// of its content. It offers no tools, since a stream of text has no place for their calls.
// A stream that ends before the server has said why is an error that wraps
// io.ErrUnexpectedEOF. The end marker may be missing: the answer is whole without it.
//
// The stream is closed when the sequence is left, by mocks.CloseStream.
func (r *Runner) StreamAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		plain := *agent
		plain.Tools = nil
		params, err := r.params(&plain, input, history)
		if err != nil {
			yield("", fmt.Errorf("mocks/openai: agent %q: %w", agent.ID, err))
			return
		}
		if err := r.stream(ctx, params, yield); err != nil {
			yield("", fmt.Errorf("mocks/openai: agent %q: streamed chat completion: %w", agent.ID, err))
		}
	}
}

// stream yields pieces. Where yield returns false it returns nil.
func (r *Runner) stream(ctx context.Context, params openai.ChatCompletionNewParams, yield func(string, error) bool) error {
	stream := r.chat.NewStreaming(ctx, params)
	left := true // by a consumer that breaks off or panics
	defer func() {
		if left { // else the client has closed it
			mocks.CloseStream(ctx, stream)
		}
	}()
	finished := false
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			finished = finished || choice.FinishReason != ""
			if choice.Delta.Content != "" && !yield(choice.Delta.Content, nil) {
				return nil
			}
		}
	}
	left = false
	if stream.Err() == nil && !finished {
		return fmt.Errorf("got an end without a finish_reason: %w", io.ErrUnexpectedEOF)
	}
	return stream.Err()
}
