// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::test {

/// What was secret in a test: everything of that kind that was configured, sent or answered. Looks whether any of it stands in a
/// log. Thread-safe.
class SecretWatch {
public:
    static SecretWatch& shared();

    /// A secret, unless it is so short or plain that a log may hold it by chance: fewer than 8 characters, or one word in small letters.
    /// Six digits are the code of a mail, which codesIn() looks for.
    void note(std::string_view secret);
    /// A request as it is sent: its credentials and cookies, and those fields of query, form or JSON that are secrets.
    void noteRequest(std::string_view bytes);
    /// An answer: cookies, the token of a form, and those members and parameters that are secrets.
    void noteAnswer(std::string_view bytes);
    /// A configuration (YAML): secrets, passwords, and those in URIs.
    void noteConfiguration(std::string_view yaml);

    /// What of all that stands in `log`, and whatever has the form of a token, noted or not.
    std::vector<std::string> in(std::string_view log) const;
    /// The codes of mails that stand in `log` as a word of their own, not as a part of a time, an address or an id.
    std::vector<std::string> codesIn(std::string_view log) const;
    /// Remembers what stands there. A database may hold codes: they live for five minutes, and are MAS's column.
    void judge(std::string_view what, std::string_view text);
    void judgeLog(std::string_view what, std::string_view log);
    /// What was remembered since, a line each; empty if nothing was.
    std::string takeFindings();
    /// Begins anew.
    void forget();

private:
    void noteFields(std::string_view text);
    void report(std::string_view what, std::string_view text, const std::vector<std::string>& found);

    mutable std::mutex mutex_;
    std::set<std::string, std::less<>> secrets_;
    std::set<std::string, std::less<>> codes_;
    std::string findings_;
};

}  // namespace latchkey::test
