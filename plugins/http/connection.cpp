// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/connection.h"

#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/http/access_log.h"
#include "plugins/http/proxy_protocol.h"
#include "plugins/http/response_head.h"

#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <sys/socket.h>

namespace latchkey::http {

namespace {

constexpr int kMostRequestsPerTurn = 64;   // pipelined ones, before others get the worker
constexpr std::uint64_t kMostLingered = 4 << 20;

std::uint64_t nowUs() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

void count(ListenerMetrics::Counter& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

void Exchange::reset() {
    request.method.clear();
    request.target.clear();
    request.path.clear();
    request.queryString.clear();
    request.headers.clear();
    if (request.body.capacity() > WorkerBuffers::kReadSize) request.body = std::string();
    request.body.clear();
    request.id.clear();
    request.clientIp.reset();
    request.pathParameters.clear();
    framing = {};
    destination = {};
    body.reset();
    head = false;
}

Connection::Connection(Fd fd, Peer peer, Acceptor& acceptor, const Timeouts& timeouts, const std::atomic<bool>& draining)
    : EventTarget{Kind::connection}, transport_(std::move(fd)), acceptor_(acceptor), timeouts_(timeouts), draining_(draining),
      peer_(peer), state_(acceptor.listener.proxyProtocol ? State::proxy : acceptor.listener.tls ? State::handshake : State::head),
      beginMs_(monotonicMs()) {
    watch.deadlineMs = deadline();
    watch.idleSinceMs = state_ == State::head ? beginMs_ : 0;
}

Connection::Wants Connection::serve(WorkerBuffers& buffers) {
    watch.idleSinceMs.store(0, std::memory_order_relaxed);
    if (watch.deadlineMs.exchange(Watch::kBusy) == Watch::kReaped) return Wants::close;
    if (input_.empty()) input_.swap(buffers.input);  // empty too, but with room
    for (int requests = 0;;) {
        const bool between = state_ == State::head;
        switch (step(buffers)) {
        case Progress::read: return Wants::read;
        case Progress::write: return Wants::write;
        case Progress::close: return Wants::close;
        case Progress::on: break;
        }
        if (between && ++requests > kMostRequestsPerTurn && state_ == State::head) return Wants::again;
    }
}

void Connection::park(WorkerBuffers& buffers, Wants wants) {
    if (input_.empty()) {
        input_.swap(buffers.input);
        if (buffers.input.capacity() > 4 * WorkerBuffers::kReadSize) buffers.input = std::string();
    } else if (input_.capacity() > 2 * input_.size()) {
        input_ = std::string(input_);  // a slow client holds what it sent, not a whole buffer
    }
    const bool idle = state_ == State::head && input_.empty() && wants == Wants::read;
    watch.idleSinceMs.store(idle ? beginMs_ : 0, std::memory_order_relaxed);
    watch.deadlineMs.store(deadline());
}

std::int64_t Connection::deadline() const {
    const std::int64_t extra = static_cast<std::int64_t>(moved_) / timeouts_.leastRate;
    switch (state_) {
    case State::proxy:
    case State::handshake: return beginMs_ + timeouts_.openingMs;
    case State::head: return beginMs_ + (input_.empty() ? timeouts_.idleMs : timeouts_.headMs);
    case State::body: return beginMs_ + timeouts_.bodyMs + extra;
    case State::write: return beginMs_ + timeouts_.writeMs + extra;
    case State::linger: break;
    }
    return beginMs_ + timeouts_.lingerMs;
}

void Connection::enter(State state) {
    state_ = state;
    beginMs_ = monotonicMs();
    moved_ = 0;
}

Connection::Progress Connection::step(WorkerBuffers& buffers) {
    switch (state_) {
    case State::proxy: return readProxyHeader();
    case State::handshake: return handshake();
    case State::head: return readHead(buffers);
    case State::body: return readBody(buffers);
    case State::write: return write(buffers);
    case State::linger: break;
    }
    return linger(buffers);
}

// Looks first and takes only what belongs to the header: what follows may be TLS.
Connection::Progress Connection::readProxyHeader() {
    char seen[kMostProxyHeader];
    const ssize_t got = ::recv(fd(), seen, sizeof seen, MSG_PEEK);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Progress::read;
    if (got <= 0) return Progress::close;
    const std::size_t before = input_.size();
    input_.append(seen, static_cast<std::size_t>(got));
    const ProxyResult result = parseProxyHeader(input_);
    if (result.state == ProxyResult::State::malformed) {
        count(listener().metrics.tlsFailures);
        return Progress::close;
    }
    const bool complete = result.state == ProxyResult::State::complete;
    const std::size_t taken = complete ? result.length - before : static_cast<std::size_t>(got);
    if (::recv(fd(), seen, taken, 0) != static_cast<ssize_t>(taken)) return Progress::close;
    if (!complete) return Progress::on;
    input_.clear();
    peer_.proxySource = result.header.source;
    proxy_ = std::make_unique<ConnectionInfo::Proxy>(result.header.info);
    if (listener().tls) state_ = State::handshake;  // within the same deadline
    else enter(State::head);
    return Progress::on;
}

Connection::Progress Connection::handshake() {
    if (!transport_.encrypted() && !transport_.startTls(listener().tls->context())) return Progress::close;
    switch (transport_.handshake()) {
    case Io::wantRead: return Progress::read;
    case Io::wantWrite: return Progress::write;
    case Io::closed: count(listener().metrics.tlsFailures); return Progress::close;
    case Io::done: break;
    }
    enter(State::head);
    return Progress::on;
}

Connection::Progress Connection::fill(WorkerBuffers& buffers) {
    std::size_t got = 0;
    switch (transport_.read(buffers.read.get(), WorkerBuffers::kReadSize, got)) {
    case Io::wantRead: return Progress::read;
    case Io::wantWrite: return Progress::write;
    case Io::closed: return Progress::close;
    case Io::done: break;
    }
    if (state_ == State::head && input_.empty()) beginMs_ = monotonicMs();
    input_.append(buffers.read.get(), got);
    return Progress::on;
}

Connection::Progress Connection::readHead(WorkerBuffers& buffers) {
    if (!input_.empty()) {
        switch (scanner_.scan(input_)) {
        case HeadScanner::State::bad: return refuse(buffers, scanner_.status());
        case HeadScanner::State::complete: return begin(buffers);
        case HeadScanner::State::incomplete: break;
        }
    }
    return fill(buffers);
}

Connection::Progress Connection::begin(WorkerBuffers& buffers) {
    exchange_ = buffers.exchange ? std::move(buffers.exchange) : std::make_unique<Exchange>();
    Exchange& exchange = *exchange_;
    const std::string_view head = std::string_view(input_).substr(scanner_.skipped(), scanner_.length() - scanner_.skipped());
    if (const int status = parseHead(head, exchange.request, exchange.framing)) return refuse(buffers, status);
    input_.erase(0, scanner_.length());
    scanner_ = {};
    keepAlive_ = exchange.framing.keepAlive;
    exchange.head = exchange.request.method == "HEAD";
    exchange.request.secure = transport_.encrypted();
    exchange.request.connection = &info();
    exchange.destination = listener().dispatcher.locate(exchange.request, peer_);
    if (!exchange.framing.hasBody()) return run(buffers);
    if (exchange.destination.route == nullptr) {  // nobody wants this body: answer, and leave it unread
        unread_ = true;
        return run(buffers);
    }
    const std::size_t limit = exchange.destination.route->options.bodyLimit;
    if (exchange.framing.length > limit) return tooLarge(buffers);
    exchange.body.emplace(exchange.framing, limit);
    enter(State::body);
    return exchange.framing.expectContinue && input_.empty() && !sayContinue() ? Progress::close : Progress::on;
}

bool Connection::sayContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    std::size_t sent = 0;  // nothing else is waiting to be sent, so it fits
    return transport_.write(kContinue, {}, sent) == Io::done && sent == kContinue.size();
}

Connection::Progress Connection::readBody(WorkerBuffers& buffers) {
    if (input_.empty()) return fill(buffers);
    BodyReader& body = *exchange_->body;
    std::size_t used = 0;
    const BodyReader::State state = body.feed(input_, used, exchange_->request.body);
    input_.erase(0, used);
    moved_ = body.received();
    if (state == BodyReader::State::complete) return run(buffers);
    if (state == BodyReader::State::bad) return body.status() == 413 ? tooLarge(buffers) : refuse(buffers, body.status());
    return fill(buffers);
}

Connection::Progress Connection::run(WorkerBuffers& buffers) {
    Exchange& exchange = *exchange_;
    const std::uint64_t begin = nowUs();
    Response response = listener().dispatcher.answer(exchange.request, exchange.destination);
    const int status = response.status;
    const std::size_t bytes = exchange.head || !hasContent(status) ? 0 : response.content().size();
    const Progress progress = send(buffers, std::move(response));
    const std::uint64_t duration = nowUs() - begin;
    listener().metrics.answered(status, duration, bytes);
    logRequest(exchange.request, exchange.head ? "HEAD" : std::string_view(exchange.request.method), status, bytes, duration);
    release(buffers);
    return progress;
}

Connection::Progress Connection::tooLarge(WorkerBuffers& buffers) {
    unread_ = true;
    Response response = listener().dispatcher.problem(exchange_->request, exchange_->destination, 413);
    const std::size_t bytes = response.content().size();
    const Progress progress = send(buffers, std::move(response));
    listener().metrics.answered(413, 0, bytes);
    logRequest(exchange_->request, exchange_->request.method, 413, bytes, 0);
    release(buffers);
    return progress;
}

// The bytes make no request: say why, and never look at what follows.
Connection::Progress Connection::refuse(WorkerBuffers& buffers, int status) {
    static const log::Logger logger("http");
    unread_ = true;
    count(listener().metrics.parseErrors);
    logger.debug("http.refused", "a request was refused as malformed or too large", {{"status", status}, {"peer", info().peer}, {"listener", listener().label}});
    Response response = text(status, std::string(reasonPhrase(status)) + "\n");
    listener().metrics.answered(status, 0, response.content().size());
    const Progress progress = send(buffers, std::move(response));
    release(buffers);
    return progress;
}

void Connection::release(WorkerBuffers& buffers) {
    if (!exchange_) return;
    exchange_->reset();
    buffers.exchange = std::move(exchange_);
}

Connection::Progress Connection::send(WorkerBuffers& buffers, Response response) {
    constexpr std::size_t kOneRecord = 16 * 1024;
    if (unread_) keepAlive_ = false;
    // While draining the answer to the last request that is here closes the connection.
    else if (keepAlive_ && draining_.load(std::memory_order_relaxed)) keepAlive_ = !input_.empty() || transport_.pending();
    output_ = buffers.output ? std::move(buffers.output) : std::make_unique<Output>();
    output_->response = std::move(response);
    output_->noContent = (exchange_ && exchange_->head) || !hasContent(output_->response.status);
    const bool http10 = exchange_ && exchange_->framing.http10;
    writeHead(output_->head, output_->response, {keepAlive_, http10, exchange_ ? std::string_view(exchange_->request.id) : std::string_view()});
    if (transport_.encrypted() && output_->content().size() < kOneRecord) {  // one record instead of two
        output_->head += output_->content();
        output_->noContent = true;
    }
    enter(State::write);
    return write(buffers);
}

Connection::Progress Connection::write(WorkerBuffers& buffers) {
    Output& output = *output_;
    while (!output.done()) {
        const std::string_view head = std::string_view(output.head).substr(std::min(output.sent, output.head.size()));
        const std::string_view content = output.content().substr(output.sent - std::min(output.sent, output.head.size()));
        std::size_t sent = 0;
        switch (transport_.write(head, content, sent)) {
        case Io::wantRead: return Progress::read;
        case Io::wantWrite: return Progress::write;
        case Io::closed: return Progress::close;
        case Io::done: break;
        }
        output.sent += sent;
        moved_ = output.sent;
    }
    return written(buffers);
}

Connection::Progress Connection::written(WorkerBuffers& buffers) {
    output_->head.clear();
    output_->response = {};
    output_->sent = 0;
    buffers.output = std::move(output_);
    if (keepAlive_) {
        enter(State::head);
        return input_.empty() && !transport_.buffered() ? Progress::read : Progress::on;
    }
    const bool more = unread_ || !input_.empty() || transport_.pending();
    if (more || transport_.encrypted()) transport_.finish();
    if (!more) return Progress::close;
    // Closing with bytes unread would reset the connection, and the client might never see the answer.
    enter(State::linger);
    input_.clear();
    return Progress::on;
}

Connection::Progress Connection::linger(WorkerBuffers& buffers) {
    const Progress progress = fill(buffers);
    moved_ += input_.size();
    input_.clear();
    return moved_ > kMostLingered ? Progress::close : progress;
}

const ConnectionInfo& Connection::info() {
    if (info_) return *info_;
    info_ = std::make_unique<ConnectionInfo>();
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    info_->listener = listener().label;
    info_->local = acceptor_.socket.address();
    if (::getpeername(fd(), reinterpret_cast<sockaddr*>(&address), &length) == 0) info_->peer = endpointText(reinterpret_cast<const sockaddr&>(address));
    length = sizeof address;
    const bool named = !acceptor_.socket.isUnix() && ::getsockname(fd(), reinterpret_cast<sockaddr*>(&address), &length) == 0;
    if (named) info_->local = endpointText(reinterpret_cast<const sockaddr&>(address));
    if (transport_.encrypted()) info_->tls = transport_.tlsInfo();
    if (proxy_) info_->proxy = *proxy_;
    return *info_;
}

}  // namespace latchkey::http
