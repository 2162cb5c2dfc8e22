// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/choice.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::email {

namespace {

class FakeTransport final : public MailTransport {
public:
    explicit FakeTransport(std::string name) : name_(std::move(name)) {}
    std::string name() const override { return name_; }
    MailSender& open() override { return sender_; }
    UnusableTransport sender_{"fake"};

private:
    const std::string name_;
};

}  // namespace

class ChoiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChoiceTest);
    CPPUNIT_TEST(opensTheOneThatIsNamed);
    CPPUNIT_TEST(saysWhatThereIs);
    CPPUNIT_TEST(refusesTwoOfOneName);
    CPPUNIT_TEST_SUITE_END();

    static std::string refusal(const std::vector<MailTransport*>& offered, const std::string& name) {
        try {
            openTransport(offered, name);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void opensTheOneThatIsNamed() {
        FakeTransport smtp("smtp"), own("acme");
        CPPUNIT_ASSERT(&openTransport({&smtp, &own}, "acme") == &own.sender_);
    }

    void saysWhatThereIs() {
        FakeTransport smtp("smtp"), own("acme");
        CPPUNIT_ASSERT_EQUAL(std::string("email.transport: no plugin that runs offers `x`; there are smtp, acme"), refusal({&smtp, &own}, "x"));
        CPPUNIT_ASSERT(refusal({}, "x").find("enable email-smtp") != std::string::npos);
    }

    void refusesTwoOfOneName() {
        FakeTransport one("acme"), two("acme");
        CPPUNIT_ASSERT(refusal({&one, &two}, "acme").find("two plugins") != std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ChoiceTest);

}  // namespace latchkey::email
