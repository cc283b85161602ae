CREATE TYPE public.user_role AS ENUM ('member', 'admin');
CREATE TABLE public.profiles (
  id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  role public.user_role NOT NULL DEFAULT 'member',
  tags text[] DEFAULT '{"new", "unseen"}',
  settings jsonb DEFAULT '{"mail":true,"push":false}',
  trial_ends timestamptz DEFAULT now() + interval '14 days',
  created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.is_admin(user_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  AS $$ SELECT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = user_id AND p.role = 'admin') $$;
CREATE POLICY "Own profile" ON public.profiles FOR SELECT TO authenticated USING (auth.uid() = profiles.id);
CREATE POLICY "Admins see all" ON public.profiles FOR SELECT USING (public.is_admin(auth.uid()));
ALTER PUBLICATION supabase_realtime ADD TABLE public.profiles;
