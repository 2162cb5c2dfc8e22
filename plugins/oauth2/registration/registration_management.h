// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client_repository.h"
#include "domain/store.h"
#include "plugins/oauth2/registration/registrar.h"

#include <Poco/JSON/Object.h>

namespace latchkey {
class Events;
}

namespace latchkey::oauth2 {

/// GET, PUT and DELETE /oauth2/registration/{client_id} (RFC 7592), with the registration access token as bearer token. Whatever is
/// wrong with the token or the client, the answer is the same. Static clients and those without a token cannot be managed.
class RegistrationManagement {
public:
    /// `events`: nullptr if nobody listens.
    RegistrationManagement(Store& store, const Registrar& registrar, Events* events) : store_(store), registrar_(registrar), events_(events) {}
    http::Response get(const http::Request& request) const;
    http::Response put(const http::Request& request) const;
    http::Response remove(const http::Request& request) const;

private:
    struct Managed {
        Client client;
        ClientRegistration registration;
        std::string token;
    };
    std::optional<Managed> find(UnitOfWork& work, const http::Request& request) const;
    std::optional<std::string> secretAfter(const Managed& managed, const ClientMetadata& metadata) const;
    void requireOwn(const Managed& managed, const http::Request& request) const;

    Store& store_;
    const Registrar& registrar_;
    Events* events_;
};

}  // namespace latchkey::oauth2
