import { render } from 'preact'
import { Shell } from './shell/shell.tsx'
import { watchOverview } from './state/overview.ts'
import { followLinks } from './state/router.ts'
import { listenToKeys } from './state/shortcuts.ts'
import { applyTheme } from './state/theme.ts'
import './styles/index.css'

applyTheme()
followLinks()
listenToKeys()
watchOverview()
render(<Shell />, document.getElementById('app')!)
