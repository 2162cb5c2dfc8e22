# SPDX-License-Identifier: Apache-2.0
package personal_token

import rego.v1

violation contains {"msg": "only the Matrix API"} if input.scope != "urn:matrix:client:api:*"

violation contains {"msg": "at most 30 days"} if input.lifetime == null
violation contains {"msg": "at most 30 days"} if input.lifetime > (30 * 24) * 3600

violation contains {"msg": "enough of them"} if input.session_counts.personal >= 10
