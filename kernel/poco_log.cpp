// SPDX-License-Identifier: Apache-2.0
#include "kernel/poco_log.h"

#include "kernel/log.h"

#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>

namespace latchkey {

namespace {

class ChannelToLog final : public Poco::Channel {
public:
    void log(const Poco::Message& message) override { log_.write(level(message.getPriority()), "poco.message", message.getText(), {{"source", message.getSource()}}); }

private:
    static log::Level level(Poco::Message::Priority priority) {
        if (priority <= Poco::Message::PRIO_ERROR) return log::Level::error;
        if (priority == Poco::Message::PRIO_WARNING) return log::Level::warn;
        return priority <= Poco::Message::PRIO_INFORMATION ? log::Level::info : log::Level::debug;
    }
    log::Logger log_{"poco"};
};

}  // namespace

void routePocoLogs() { Poco::Logger::root().setChannel(new ChannelToLog); }

}  // namespace latchkey
