// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/body.h"
#include "plugins/http/listener.h"
#include "plugins/http/timeouts.h"
#include "plugins/http/transport.h"

#include <atomic>
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace latchkey::http {

/// One request on its way.
struct Exchange {
    Request request;
    Framing framing;
    Destination destination;
    std::optional<BodyReader> body;
    bool head = false;          ///< HEAD: no body in the answer
    std::int64_t beginMs = 0;   ///< of the part that is under way
    void reset();
};

/// One answer on its way.
struct Output {
    std::string head;
    Response response;
    std::size_t sent = 0;
    bool noContent = false;     ///< HEAD, 204, 304, or the content is in `head` already
    std::string_view content() const { return noContent ? std::string_view() : response.content(); }
    bool done() const { return sent == head.size() + content().size(); }
};

/// What a worker owns and lends to the connection it serves, so that idle connections hold no buffers.
struct WorkerBuffers {
    static constexpr std::size_t kReadSize = 16 * 1024;
    std::unique_ptr<char[]> read{new char[kReadSize]};
    std::string input;
    std::unique_ptr<Exchange> exchange;
    std::unique_ptr<Output> output;
};

/// A connection's state machine: PROXY header → TLS handshake → (head → body → handler → write)*. At any time it belongs to
/// at most one worker, the one that epoll woke for it. Others only look at the atomics of `Watch`.
class Connection : public EventTarget {
public:
    enum class Wants { read, write, again, close };

    Connection(Fd fd, Peer peer, Acceptor& acceptor, const Timeouts& timeouts, const std::atomic<bool>& draining);

    /// Goes on as far as possible without waiting. After any answer but close, park() is the last call before the connection
    /// is armed again: from then on it may be another worker's.
    Wants serve(WorkerBuffers& buffers);
    void park(WorkerBuffers& buffers, Wants wants);

    int fd() const noexcept { return transport_.fd(); }
    Listener& listener() const noexcept { return acceptor_.listener; }

    /// What the reaper may touch. A worker takes the deadline away (kBusy) before it works; the reaper puts kReaped in its
    /// place before it shuts the socket down, and the worker that this wakes drops the connection.
    struct Watch {
        static constexpr std::int64_t kBusy = std::numeric_limits<std::int64_t>::max();
        static constexpr std::int64_t kReaped = -1;
        std::atomic<std::int64_t> deadlineMs{kBusy};
        std::atomic<std::int64_t> idleSinceMs{0};  ///< 0: not idle
    } watch;
    Connection* previous = nullptr;  // ConnectionTable's
    Connection* next = nullptr;

private:
    enum class State { proxy, handshake, head, body, write, linger };
    enum class Progress { on, read, write, close };

    Progress step(WorkerBuffers& buffers);
    Progress readProxyHeader();
    Progress handshake();
    Progress readHead(WorkerBuffers& buffers);
    Progress begin(WorkerBuffers& buffers);
    Progress readBody(WorkerBuffers& buffers);
    Progress run(WorkerBuffers& buffers);
    Progress tooLarge(WorkerBuffers& buffers);
    Progress refuse(WorkerBuffers& buffers, int status);
    bool sayContinue();
    Progress send(WorkerBuffers& buffers, Response response);
    Progress write(WorkerBuffers& buffers);
    Progress written(WorkerBuffers& buffers);
    void release(WorkerBuffers& buffers);
    void enter(State state);
    Progress linger(WorkerBuffers& buffers);
    Progress fill(WorkerBuffers& buffers);
    const ConnectionInfo& info();
    std::int64_t deadline() const;

    Transport transport_;
    Acceptor& acceptor_;
    const Timeouts& timeouts_;
    const std::atomic<bool>& draining_;
    Peer peer_;
    State state_;
    bool keepAlive_ = true;
    bool unread_ = false;             // part of a body is left in the socket
    std::int64_t beginMs_;            // of the state
    std::uint64_t moved_ = 0;         // bytes of this body or answer so far
    HeadScanner scanner_;
    std::string input_;
    std::unique_ptr<Exchange> exchange_;
    std::unique_ptr<Output> output_;
    std::unique_ptr<ConnectionInfo> info_;
    std::unique_ptr<ConnectionInfo::Proxy> proxy_;
};

}  // namespace latchkey::http
