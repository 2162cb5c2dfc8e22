// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/conninfo.h"

#include "kernel/error.h"

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <optional>
#include <set>

namespace latchkey::pg {

namespace {

using ParsedOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

const std::set<std::string, std::less<>>& knownKeywords() {
    static const auto known = [] {
        std::set<std::string, std::less<>> names{"ssl"};  // ssl=true: JDBC's, which libpq understands in URIs
        const ParsedOptions defaults(PQconndefaults(), &PQconninfoFree);
        for (const PQconninfoOption* each = defaults.get(); each != nullptr && each->keyword != nullptr; ++each) names.insert(each->keyword);
        return names;
    }();
    return known;
}

std::string canonical(std::string_view name) {
    if (name == "ssl-mode") return "sslmode";
    if (name == "ssl-root-cert" || name == "ssl-ca") return "sslrootcert";
    if (name == "ssl-cert") return "sslcert";
    if (name == "ssl-key") return "sslkey";
    return std::string(name);
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 && hexValue(text[i + 2]) >= 0;
        if (!escape) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
        i += 2;
    }
    return out;
}

// In `options`, the server splits at blanks unless they are escaped.
std::string escapedForOptions(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\\' || c == '\t' || c == '\n') out += '\\';
        out += c;
    }
    return out;
}

class UriQuery {
public:
    explicit UriQuery(Conninfo& into) : into_(into) {}

    // What libpq may see of the query.
    std::string translate(std::string_view query) {
        while (!query.empty()) {
            const std::size_t end = std::min(query.find('&'), query.size());
            parameter(query.substr(0, end));
            query.remove_prefix(std::min(end + 1, query.size()));
        }
        return kept_;
    }

    const std::string& extraOptions() const { return options_; }

private:
    void parameter(std::string_view written) {
        if (written.empty()) return;
        const std::size_t equals = std::min(written.find('='), written.size());
        const std::string name = percentDecoded(written.substr(0, equals));
        const std::string_view value = written.substr(std::min(equals + 1, written.size()));
        const std::string keyword = canonical(name);
        if (name == "statement-cache-capacity") return capacity(value);
        if (name.starts_with("options[") && name.ends_with("]")) {
            options_ += " -c " + escapedForOptions(name.substr(8, name.size() - 9)) + "=" + escapedForOptions(percentDecoded(value));
        } else if (knownKeywords().contains(keyword)) {
            kept_.append(kept_.empty() ? "?" : "&").append(keyword).append("=").append(value);
        } else {
            into_.warnings.push_back("parameter `" + name.substr(0, 40) + "` of the URI is not known and ignored");
        }
    }

    void capacity(std::string_view value) {
        std::size_t parsed = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
        if (error != std::errc{} || end != value.data() + value.size() || parsed > 100'000) {
            throw Error("`statement-cache-capacity` is not a number from 0 to 100000");
        }
        into_.statementCache = parsed;
    }

    Conninfo& into_;
    std::string kept_;
    std::string options_;
};

// libpq quotes pieces of the text in its messages; one of them could be the password.
std::string withoutQuotes(std::string_view message) {
    std::string out;
    bool quoted = false;
    for (const char c : message) {
        if (c == '"') {
            if (!quoted) out += "…";
            quoted = !quoted;
        } else if (!quoted && c != '\n') {
            out += c;
        }
    }
    return out;
}

Keywords parsedByLibpq(const std::string& text) {
    char* why = nullptr;
    const ParsedOptions parsed(PQconninfoParse(text.c_str(), &why), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> owned(why, &PQfreemem);
    if (parsed == nullptr) throw Error("is not a connection string: " + withoutQuotes(why == nullptr ? "out of memory" : why));
    Keywords found;
    for (const PQconninfoOption* each = parsed.get(); each->keyword != nullptr; ++each) {
        if (each->val != nullptr) found[each->keyword] = each->val;
    }
    return found;
}

// Where a URI's scheme ends; npos for the form `key=value …`, whose first special character is the equals sign.
std::size_t schemeEnd(std::string_view text) {
    const std::size_t at = text.find("://");
    return at == std::string_view::npos || text.find_first_of("= '") < at ? std::string_view::npos : at;
}

// `ssl-mode=require` in the key=value form: only whole words in front of an equals sign, outside of quotes.
std::string withCanonicalKeys(std::string_view text) {
    std::string out;
    std::string word;
    bool quoted = false;
    bool value = false;
    const auto flush = [&](bool key) {
        out += key ? canonical(word) : word;
        word.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size()) {
            (word += c) += text[++i];
        } else if (c == '\'') {
            quoted = !quoted;
            word += c;
        } else if (!quoted && !value && c == '=') {
            flush(true);
            out += c;
            value = true;
        } else if (!quoted && c == ' ') {
            if (!word.empty()) value = false;
            flush(false);
            out += c;
        } else {
            word += c;
        }
    }
    flush(false);
    return out;
}

}  // namespace

Conninfo parseConninfo(std::string_view text) {
    Conninfo found;
    if (text.find('\0') != std::string_view::npos) throw Error("holds a NUL character");
    const std::size_t scheme = schemeEnd(text);
    if (scheme == std::string_view::npos) {
        found.keywords = parsedByLibpq(withCanonicalKeys(text));
        return found;
    }
    const std::string_view name = text.substr(0, scheme);
    if (name != "postgres" && name != "postgresql") {
        found.warnings.push_back("`" + std::string(name.substr(0, 20)) + "://` is read as `postgresql://`");
    }
    const std::size_t question = std::min(text.find('?'), text.size());
    UriQuery query(found);
    const std::string kept = query.translate(text.substr(std::min(question + 1, text.size())));
    found.keywords = parsedByLibpq("postgresql" + std::string(text.substr(scheme, question - scheme)) + kept);
    if (!query.extraOptions().empty()) {
        std::string& options = found.keywords["options"];
        options += options.empty() ? query.extraOptions().substr(1) : query.extraOptions();
    }
    return found;
}

}  // namespace latchkey::pg
