# SPDX-License-Identifier: Apache-2.0
package compat_login

import rego.v1

violation contains {"msg": "new accounts wait"} if time.parse_rfc3339_ns(input.user.created_at) > time.parse_rfc3339_ns("2023-01-01T00:00:00Z")
violation contains {"msg": "single sign-on only"} if input.login.type != "m.login.sso"
